"""CPU a call by client and calls in flight, as an SVG with a logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot


def draw(cpu: dict[str, list[float]], levels: Sequence[int], path: Path) -> None:
    """Writes `path`; `cpu` holds microseconds a call, one figure a level, 0 for not measured."""
    figure, axes = pyplot.subplots(figsize=(8, 4.2))
    width = 0.8 / len(cpu)
    for index, (name, values) in enumerate(cpu.items()):
        places = [level + index * width - 0.4 + width / 2 for level in range(len(levels))]
        bars = axes.bar(places, values, width, label=name)
        axes.bar_label(bars, [f"{value:,.0f}" if value else "" for value in values], fontsize=7)
    axes.set_yscale("log")
    axes.set_xticks(range(len(levels)), [str(level) for level in levels])
    axes.set_xlabel("calls in flight")
    axes.set_ylabel("CPU a call, microseconds (log)")
    axes.set_title("Client CPU for one chat completion")
    axes.legend(fontsize=8, ncols=2)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
