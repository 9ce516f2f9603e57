"""What a process holds, and whether it grows."""

from __future__ import annotations

import os
import resource
from collections.abc import Sequence
from statistics import median


def resident() -> int:
    """Bytes of memory."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def taken() -> tuple[int, int]:
    """Descriptors and threads, those of the engine and of a server in this process included."""
    descriptors, threads = (len(os.listdir(f"/proc/self/{kind}")) for kind in ("fd", "task"))
    return descriptors, threads


def rise(values: Sequence[float], most: int = 200) -> float:
    """By how much the values go up from first to last, by the median slope of all pairs: a few
    high or low ones change nothing. Of a long row, `most` values count."""
    step = max(1, len(values) // most)
    some = values[::step]
    slopes = [(b - a) / (j - i) for i, a in enumerate(some) for j, b in enumerate(some) if i < j]
    return median(slopes) * (len(some) - 1) if slopes else 0.0
