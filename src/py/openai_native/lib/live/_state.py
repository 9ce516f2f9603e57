"""Events and a clock -> updates. What both groupers share; whoever calls serializes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..._exceptions import OpenAIError
from ._grouping import Grouping
from ._types import MAX_TIMEOUT_MS, Fragment, GroupingUpdate, Options, Speaker

if TYPE_CHECKING:
    from ...types.live import ServerEvent

_MAX_INTEGER = 2**53 - 1
# Fragments of one interval may come from both sides: wait this long for the other one.
_WAIT_MS = 50
_SPEAKERS: dict[str, Speaker] = {
    "session.input_transcript.delta": "user",
    "session.output_transcript.delta": "assistant",
}
_numbers = itertools.count()


@dataclass(frozen=True)
class _Received:
    fragment: Fragment
    at: float


class TranscriptState:
    def __init__(self, options: Options, now: Callable[[], float]) -> None:
        self._now = now
        self._grouping = Grouping(options, f"segment_{next(_numbers)}")
        self._seen: set[str] = set()
        self._pending: list[_Received] = []
        self._anchor: tuple[int, float] | None = None  # time of the transcript, and ours
        self._last_start: int | None = None
        self.closed = False

    def push(self, event: ServerEvent) -> list[GroupingUpdate] | None:
        """None for an event that is of no interest, or known already."""
        if self.closed:
            raise OpenAIError("The transcript grouper takes no events after closing")
        if event.type == "session.closed":
            return self.finish("session_closed")
        speaker = _SPEAKERS.get(event.type)
        if speaker is None:
            return None
        event_id, fragment = _fragment(event, speaker)
        if event_id in self._seen:
            return None
        self._seen.add(event_id)
        if not fragment.text:
            return None
        return self._receive(_Received(fragment, self._now()))

    def _receive(self, received: _Received) -> list[GroupingUpdate]:
        fragment = received.fragment
        if self._pending and _interval(self._pending[0].fragment) == _interval(fragment):
            self._pending.append(received)
            both = any(each.fragment.speaker != fragment.speaker for each in self._pending)
            return self._flush() if both else []
        updates = self._flush()
        if self._grouping.speaker == fragment.speaker:
            updates += self._commit([received])
        else:
            self._pending.append(received)
        return updates

    def finish(self, reason: Literal["manual", "session_closed"]) -> list[GroupingUpdate]:
        if self.closed:
            return []
        self.closed = True
        self._seen.clear()
        updates = self._flush()
        return updates + self._grouping.close(self._transcript_now(), reason)

    def tick(self) -> list[GroupingUpdate]:
        updates = self._flush()
        return updates + self._grouping.advance(self._transcript_now())

    def delay(self) -> int | None:
        """Milliseconds until `tick` is due, None if nothing is."""
        if self.closed:
            return None
        deadline = self._grouping.deadline()
        if self._pending:
            delay = self._pending[0].at + _WAIT_MS - self._now()
        elif deadline is not None:
            delay = deadline - self._transcript_now()
        else:
            return None
        return min(MAX_TIMEOUT_MS, max(0, math.ceil(delay)))

    def _transcript_now(self) -> float:
        if self._anchor is None:
            return 0
        reached, at = self._anchor
        return reached + max(0, self._now() - at)

    def _flush(self) -> list[GroupingUpdate]:
        pending, self._pending = self._pending, []
        return self._commit(pending)

    def _commit(self, received: list[_Received]) -> list[GroupingUpdate]:
        if not received:
            return []
        updates: list[GroupingUpdate] = []
        fragments = [each.fragment for each in received]
        start = fragments[0].start_ms
        if self._last_start is not None and start < self._last_start:
            updates += self._grouping.close(self._transcript_now(), "timestamp_reset")
            self._anchor = None
        self._last_start = start
        before = 0 if self._anchor is None else self._anchor[0]
        reached = max(before, *(fragment.end_ms for fragment in fragments))
        self._anchor = (reached, max(each.at for each in received))
        return updates + self._grouping.process(fragments)


def _interval(fragment: Fragment) -> tuple[int, int]:
    return fragment.start_ms, fragment.end_ms


def _fragment(event: Any, speaker: Speaker) -> tuple[str, Fragment]:
    """Events may have been made without validation: their members are checked here."""
    event_id, text = getattr(event, "event_id", None), getattr(event, "delta", None)
    start, end = (_milliseconds(getattr(event, name, None)) for name in ("start_ms", "end_ms"))
    if not isinstance(event_id, str) or not event_id or not isinstance(text, str):
        raise OpenAIError("Invalid public Live transcript: it needs an event_id and a text")
    if start is None or end is None or end < start:
        raise OpenAIError("Invalid public Live transcript: it needs start_ms before end_ms")
    return event_id, Fragment(speaker, text, start, end)


def _milliseconds(value: object) -> int | None:
    """Whole numbers only, which as in JavaScript may be written as 1.0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if 0 <= value <= _MAX_INTEGER and int(value) == value else None
