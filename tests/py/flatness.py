"""What a process holds, and whether it grows."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from collections.abc import Sequence
from statistics import median


def resident() -> int:
    """Bytes of memory, with what the allocators keep for later."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


class _MallInfo(ctypes.Structure):
    """glibc's: what is mapped directly (hblkhd) and what is taken of the arenas (uordblks)."""

    _names = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks")
    _fields_ = [(name, ctypes.c_size_t) for name in (*_names, "fordblks", "keepcost")]


def in_use() -> int:
    """Bytes that somebody has allocated in C and C++ and not freed; 0 where glibc is not."""
    ask = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        return 0
    ask.restype = _MallInfo
    found = ask()
    return int(found.uordblks + found.hblkhd)


def python_blocks() -> int:
    """Python's own allocations."""
    return sys.getallocatedblocks()


def taken() -> tuple[int, int]:
    """Descriptors and threads, those of the engine and of a server in this process included."""
    descriptors, threads = (len(os.listdir(f"/proc/self/{kind}")) for kind in ("fd", "task"))
    return descriptors, threads


def rise(values: Sequence[float], most: int = 200) -> float:
    """By how much the values go up from first to last, by the median slope of all pairs: a few
    high or low ones change nothing. Of a long row, about `most` values count."""
    some = values[:: max(1, len(values) // most)]
    slopes = [(b - a) / (j - i) for i, a in enumerate(some) for j, b in enumerate(some) if i < j]
    return median(slopes) * (len(some) - 1) if slopes else 0.0
