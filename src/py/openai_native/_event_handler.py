"""Who is called for which event of a connection. Any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

EventHandler = Callable[..., Any]


class _Registration(NamedTuple):
    handler: EventHandler
    once: bool


class EventHandlerRegistry:
    def __init__(self, *, use_lock: bool = False) -> None:
        # The lock is always there: it costs less than a second way would.
        self._lock = threading.Lock()
        self._handlers: dict[str, list[_Registration]] = {}

    def add(self, event_type: str, handler: EventHandler, *, once: bool = False) -> None:
        with self._lock:
            self._handlers.setdefault(event_type, []).append(_Registration(handler, once))

    def remove(self, event_type: str, handler: EventHandler) -> None:
        """Forgets the first registration of that handler, if there is one."""
        with self._lock:
            registered = self._handlers.get(event_type, [])
            for each in registered:
                if each.handler == handler:
                    registered.remove(each)
                    return

    def get_handlers(self, event_type: str) -> list[EventHandler]:
        """Those to call now; the ones for one time are forgotten."""
        with self._lock:
            registered = self._handlers.get(event_type, [])
            if any(each.once for each in registered):
                self._handlers[event_type] = [each for each in registered if not each.once]
            return [each.handler for each in registered]

    def has_handlers(self, event_type: str) -> bool:
        with self._lock:
            return bool(self._handlers.get(event_type))

    def merge_into(self, target: EventHandlerRegistry) -> None:
        """Hands all over to another registry."""
        with self._lock:
            moved, self._handlers = self._handlers, {}
        for event_type, registered in moved.items():
            for each in registered:
                target.add(event_type, each.handler, once=each.once)
