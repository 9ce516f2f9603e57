from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeVar

from ._listeners import TranscriptListeners
from ._state import TranscriptState
from ._types import GroupingUpdate, Options

_ReturnT = TypeVar("_ReturnT")


class Timer(Protocol):
    def cancel(self) -> None: ...


class BaseGrouper(TranscriptListeners[_ReturnT]):
    """One timer, for what is due next. Its generation tells one that could not be cancelled."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._state = TranscriptState(options, self._now)
        self._updates: deque[GroupingUpdate] = deque()
        self._timer: Timer | None = None
        self._timer_generation = 0

    def _now(self) -> float:
        return time.monotonic() * 1000

    def _clear_timer(self) -> None:
        self._timer_generation += 1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        self._clear_timer()
        delay = self._state.delay()
        if delay is not None:
            generation = self._timer_generation
            self._timer = self._call_later(delay, lambda: self._timer_fired(generation))

    def _tick(self, generation: int) -> bool:
        """False for a timer that nobody waits for any more."""
        if generation != self._timer_generation or self._state.closed:
            return False
        self._timer = None
        self._updates.extend(self._state.tick())
        self._schedule()
        return True

    def _call_later(self, delay_ms: int, callback: Callable[[], None]) -> Timer:
        raise NotImplementedError

    def _timer_fired(self, generation: int) -> None:
        raise NotImplementedError
