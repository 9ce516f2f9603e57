from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, overload

from typing_extensions import Self

from ._types import GroupingUpdate, TranscriptSegment, TranscriptSegmentClosedEvent

_ReturnT = TypeVar("_ReturnT")
_EventName = Literal["segment.updated", "segment.closed"]
_Updated = Literal["segment.updated"]
_Closed = Literal["segment.closed"]


@dataclass(eq=False)
class _Registration(Generic[_ReturnT]):
    handler: Callable[..., _ReturnT]
    once: bool


class TranscriptListeners(Generic[_ReturnT]):
    """Callbacks by event. They may be registered from a callback: no other lock is held then."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[_Registration[_ReturnT]]] = {}
        self._listeners_lock = threading.Lock()

    @overload
    def on(
        self, event_type: _Updated, handler: Callable[[TranscriptSegment], _ReturnT]
    ) -> Self: ...
    @overload
    def on(
        self, event_type: _Closed, handler: Callable[[TranscriptSegmentClosedEvent], _ReturnT]
    ) -> Self: ...
    @overload
    def on(
        self, event_type: _EventName
    ) -> Callable[[Callable[..., _ReturnT]], Callable[..., _ReturnT]]: ...
    def on(self, event_type: _EventName, handler: Callable[..., _ReturnT] | None = None) -> Any:
        """Calls `handler` for every event of the type; without one, decorates it."""
        return self._register(event_type, handler, once=False)

    @overload
    def once(
        self, event_type: _Updated, handler: Callable[[TranscriptSegment], _ReturnT]
    ) -> Self: ...
    @overload
    def once(
        self, event_type: _Closed, handler: Callable[[TranscriptSegmentClosedEvent], _ReturnT]
    ) -> Self: ...
    @overload
    def once(
        self, event_type: _EventName
    ) -> Callable[[Callable[..., _ReturnT]], Callable[..., _ReturnT]]: ...
    def once(self, event_type: _EventName, handler: Callable[..., _ReturnT] | None = None) -> Any:
        """The same for the next event only."""
        return self._register(event_type, handler, once=True)

    def off(self, event_type: _EventName, handler: Callable[..., _ReturnT]) -> Self:
        """Takes back the first registration of the handler, if there is one."""
        with self._listeners_lock:
            registered = self._listeners.get(event_type, [])
            for registration in registered:
                if registration.handler == handler:
                    registered.remove(registration)
                    break
        return self

    def _register(
        self, event_type: _EventName, handler: Callable[..., _ReturnT] | None, *, once: bool
    ) -> Any:
        def register(function: Callable[..., _ReturnT]) -> Callable[..., _ReturnT]:
            with self._listeners_lock:
                registered = self._listeners.setdefault(event_type, [])
                registered.append(_Registration(function, once))
            return function

        if handler is None:
            return register
        register(handler)
        return self

    def _handlers(self, update: GroupingUpdate) -> list[Callable[..., _ReturnT]]:
        """Those to call now; registrations for one event are used up by this."""
        event_type = (
            "segment.updated" if isinstance(update, TranscriptSegment) else "segment.closed"
        )
        with self._listeners_lock:
            registered = self._listeners.get(event_type, [])
            self._listeners[event_type] = [each for each in registered if not each.once]
            return [each.handler for each in registered]
