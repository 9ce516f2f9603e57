# Synchronous twin: _grouper_sync.py (by hand)
from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from typing_extensions import Self, override

from ..._exceptions import OpenAIError
from ._base import BaseGrouper, Timer
from ._types import options_of

if TYPE_CHECKING:
    from types import TracebackType

    from ...types.live import ServerEvent


class _Dispatch:
    """One task that calls handlers, and who waits for it."""

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.waiters = 0
        self.observed = False

    def report(self, loop: asyncio.AbstractEventLoop) -> None:
        """To the loop, if its error reached nobody who waited."""
        if self.task is None or self.task.cancelled():
            return
        error = self.task.exception()
        if error is not None and not self.waiters and not self.observed:
            message = "A callback for live transcripts failed"
            loop.call_exception_handler({"message": message, "exception": error, "task": self.task})


class AsyncTranscriptGrouper(BaseGrouper[Awaitable[None] | None]):
    """Events of a live session -> segments to show, for `on("segment.updated", ...)` handlers.

    Like `TranscriptGrouper`, on one event loop: handlers may be asynchronous, and run one after
    the other. What a handler raises reaches the `push` or `close` that waits for it, otherwise the
    loop's exception handler.
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
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: _Dispatch | None = None

    async def push(self, event: ServerEvent) -> None:
        """Takes one event, and waits for the handlers that it concerns."""
        self._own_loop()
        updates = self._state.push(event)
        if updates is not None:
            self._updates.extend(updates)
            self._schedule()
            await self._dispatch()

    async def close(self) -> None:
        """Ends the open segments; the session's connection is not touched."""
        self._own_loop()
        self._updates.extend(self._state.finish("manual"))
        self._clear_timer()
        await self._dispatch()

    async def __aenter__(self) -> Self:
        self._own_loop()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if self._loop not in (None, loop):
            raise OpenAIError("A transcript grouper stays on the event loop of its first use")
        self._loop = loop
        return loop

    @override
    def _call_later(self, delay_ms: int, callback: Callable[[], None]) -> Timer:
        return self._own_loop().call_later(delay_ms / 1000, callback)

    @override
    def _timer_fired(self, generation: int) -> None:
        if self._tick(generation):
            self._start()

    def _start(self) -> _Dispatch | None:
        running = self._running
        if running is not None and running.task is not None and not running.task.done():
            return running
        if not self._updates:
            return None
        dispatch = self._running = _Dispatch()
        dispatch.task = self._own_loop().create_task(self._call_handlers(dispatch))
        dispatch.task.add_done_callback(lambda _: self._finished(dispatch))
        return dispatch

    def _finished(self, dispatch: _Dispatch) -> None:
        if self._running is dispatch:
            self._running = None
        dispatch.report(self._own_loop())

    async def _dispatch(self) -> None:
        if self._running is not None and self._running.task is asyncio.current_task():
            return  # a handler pushes: what it adds comes after what runs
        dispatch = self._start()
        if dispatch is None or dispatch.task is None:
            return
        dispatch.waiters += 1
        try:
            # Whoever waits may be cancelled; an event's handlers are not stopped half-way.
            await asyncio.shield(dispatch.task)
        except asyncio.CancelledError:
            raise
        except BaseException:
            dispatch.observed = True
            raise
        finally:
            dispatch.waiters -= 1
        dispatch.observed = True

    async def _call_handlers(self, dispatch: _Dispatch) -> None:
        dispatch.task = asyncio.current_task()  # first: an eager task runs before it is returned
        while self._updates:
            update = self._updates.popleft()
            for handler in self._handlers(update):
                result = handler(update)
                if inspect.isawaitable(result):
                    await result
