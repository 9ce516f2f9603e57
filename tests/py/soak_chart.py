"""Memory, descriptors, calls and stalls of a soak over time, as an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

from soak_sampler import Sample


def draw(samples: Sequence[Sample], path: Path) -> None:
    """Writes `path`."""
    minutes = [one.at / 60 for one in samples]
    rows: tuple[tuple[str, list[float]], ...] = (
        ("resident, MiB", [one.memory / 2**20 for one in samples]),
        ("in use, MiB", [one.in_use / 2**20 for one in samples]),
        ("descriptors", [float(one.descriptors) for one in samples]),
        ("calls a second", [one.rate for one in samples]),
        ("CPU a turn, p99.9, ms", [one.stall * 1e3 for one in samples]),
    )
    figure, every = pyplot.subplots(len(rows), sharex=True, figsize=(8, 8))
    for axes, (label, values) in zip(every, rows, strict=True):
        axes.plot(minutes, values, linewidth=0.8)
        axes.set_ylabel(label, fontsize=8)
        axes.set_ylim(0, max(values) * 1.15)
        axes.spines[["top", "right"]].set_visible(False)
    every[-1].set_xlabel("minutes")
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
