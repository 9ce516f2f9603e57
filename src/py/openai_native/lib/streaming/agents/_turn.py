"""Where the turn of a stream stands. Pure."""

from __future__ import annotations

from collections import deque
from typing import Any

# Events may be delivered twice, soon after each other: so many are remembered.
_REMEMBERED = 1024
_ENDS = ("turn.completed", "turn.failed", "turn.cancelled")


class TurnState:
    def __init__(self) -> None:
        self._turn_id: str | None = None
        self._ended = False
        self._known: set[str] = set()
        self._recent: deque[str] = deque()

    def accept(self, event: Any) -> bool:
        """False for an event that came before."""
        if event.event_id in self._known:
            return False
        if len(self._recent) == _REMEMBERED:
            self._known.remove(self._recent.popleft())
        self._recent.append(event.event_id)
        self._known.add(event.event_id)
        kind = event.type.removeprefix("agent.session.")
        if kind == "turn.created" and self._turn_id is None and event.turn.subagent_id is None:
            self._turn_id = event.turn_id
        elif kind in _ENDS and self._turn_id is not None and event.turn_id == self._turn_id:
            self._ended = True
        return True

    def is_last(self, event: Any) -> bool:
        kind = event.type.removeprefix("agent.session.")
        return kind == "failed" or (kind == "idle" and self._ended)
