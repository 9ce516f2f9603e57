"""The twin of `_grouper`, with timer threads and a lock instead of an event loop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from typing_extensions import Self, override

from ._base import BaseGrouper, Timer
from ._types import GroupingUpdate, options_of

if TYPE_CHECKING:
    from types import TracebackType

    from ...types.live import ServerEvent


class TranscriptGrouper(BaseGrouper[None]):
    """Events of a live session -> segments to show, for `on("segment.updated", ...)` handlers.

    One for each session; call `close` when it ends. Only transcripts and the session's end count.
    Brief acknowledgments of the assistant while the user speaks are left out
    (`backchannel_max_duration_ms=0` leaves none out). Handlers run one after the other, some of
    them on a timer's thread; what they raise reaches `push` and `close`, or that thread's hook.
    """

    def __init__(
        self,
        *,
        min_turn_separation_ms: float | None = None,
        assistant_silence_ms: float | None = None,
        backchannel_max_duration_ms: float | None = None,
        backchannel_isolation_ms: float | None = None,
        additional_acknowledgments: Sequence[str] | None = None,
    ) -> None:
        super().__init__(
            options_of(
                min_turn_separation_ms,
                assistant_silence_ms,
                backchannel_max_duration_ms,
                backchannel_isolation_ms,
                additional_acknowledgments,
            )
        )
        self._lock = threading.Lock()
        self._dispatching = False

    def push(self, event: ServerEvent) -> None:
        """Takes one event, and calls the handlers that it concerns."""
        with self._lock:
            updates = self._state.push(event)
            if updates is None:
                return
            self._updates.extend(updates)
            self._schedule()
        self._dispatch()

    def close(self) -> None:
        """Ends the open segments; the session's connection is not touched."""
        with self._lock:
            self._updates.extend(self._state.finish("manual"))
            self._clear_timer()
        self._dispatch()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @override
    def _call_later(self, delay_ms: int, callback: Callable[[], None]) -> Timer:
        timer = threading.Timer(delay_ms / 1000, callback)
        timer.daemon = True
        timer.start()
        return timer

    @override
    def _timer_fired(self, generation: int) -> None:
        with self._lock:
            due = self._tick(generation)
        if due:
            self._dispatch()

    def _dispatch(self) -> None:
        """Calls handlers, without the lock: one thread does, others leave it their updates."""
        with self._lock:
            if self._dispatching:
                return
            self._dispatching = True
        try:
            while (update := self._next()) is not None:
                for handler in self._handlers(update):
                    handler(update)
        except BaseException:
            with self._lock:
                self._dispatching = False
            raise

    def _next(self) -> GroupingUpdate | None:
        """None ends the dispatch, under the same lock under which others would leave theirs."""
        with self._lock:
            if not self._updates:
                self._dispatching = False
                return None
            return self._updates.popleft()
