"""How long the turns of a loop take, and how much of that is work of the loop's own thread.

A turn is what runs between two waits of the selector: while it lasts nothing else of the loop
moves. Of its time the thread's CPU is what the program did; the rest is the system's (somebody
else had the core).
"""

from __future__ import annotations

import asyncio
import gc
import math
import selectors
import time
from typing import Any

_PER_DECADE = 50


class Histogram:
    """Durations, in buckets that are 5 % wide: what it takes does not grow with their number."""

    def __init__(self) -> None:
        self._counts = [0] * (8 * _PER_DECADE)  # from a microsecond on
        self.count = 0
        self.longest = 0.0

    def add(self, seconds: float) -> None:
        place = int(math.log10(max(seconds * 1e6, 1.0)) * _PER_DECADE)
        self._counts[min(place, len(self._counts) - 1)] += 1
        self.count += 1
        self.longest = max(self.longest, seconds)

    def percentile(self, share: float) -> float:
        """Seconds that `share` of the durations do not exceed."""
        left = share * self.count
        for place, count in enumerate(self._counts):
            left -= count
            if count and left <= 0:
                return min(10 ** ((place + 1) / _PER_DECADE) / 1e6, self.longest)
        return self.longest


class LoopGauge:
    """`wall` and `cpu` of every turn since `start()`; `window` is the CPU since the last look."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.wall, self.cpu, self.window, self.collections = (Histogram() for _ in range(4))
        self._began: tuple[float, float] | None = None
        self._collecting = 0.0

    def new_window(self) -> Histogram:
        seen, self.window = self.window, Histogram()
        return seen

    def turn_begins(self) -> None:
        self._began = time.perf_counter(), time.thread_time()

    def turn_ends(self) -> None:
        if self._began is None:
            return
        wall, cpu = time.perf_counter() - self._began[0], time.thread_time() - self._began[1]
        self.wall.add(wall)
        self.cpu.add(cpu)
        self.window.add(cpu)

    def on_collection(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._collecting = time.perf_counter()
        else:
            self.collections.add(time.perf_counter() - self._collecting)


class _Selector(selectors.DefaultSelector):
    def __init__(self, gauge: LoopGauge) -> None:
        super().__init__()
        self._gauge = gauge

    def select(self, timeout: float | None = None) -> Any:
        self._gauge.turn_ends()
        ready = super().select(timeout)
        self._gauge.turn_begins()
        return ready


def gauged_loop(gauge: LoopGauge) -> asyncio.AbstractEventLoop:
    gc.callbacks.append(gauge.on_collection)
    return asyncio.SelectorEventLoop(_Selector(gauge))
