"""A client's own clocks (`deadline`, `first_event_timeout`, `stream_idle_timeout`) where Python's
HTTP client sends its calls. The native core has clocks of its own.
"""

from __future__ import annotations

import time
from typing import Any

from ._advice import CLOCKS, missed_retry_note
from ._exceptions import APITimeoutError

# Where a response keeps the clock of its call.
EXTENSION = "openai_native.clock"
_ROUNDING = 0.005  # event loops may wake a little early
# What the HTTP libraries call their four, and where a call is when one of them ends it.
_OF_LIBRARIES = {
    "ConnectTimeout": ("connect_timeout", "connecting"),
    "PoolTimeout": ("pool_timeout", "waiting for a connection"),
    "WriteTimeout": ("write_timeout", "sending the request"),
    "ReadTimeout": ("read_timeout", "waiting for the response"),
}


class CallClock:
    def __init__(self, client: Any) -> None:
        self._deadline: float | None = client.deadline
        self._first: float | None = client.first_event_timeout
        self._idle: float | None = client.stream_idle_timeout
        self._end = None if self._deadline is None else time.monotonic() + self._deadline
        self._next = "first_event_timeout"  # the event that is waited for
        self._limit: float | None = None
        self._quiet = 0.0  # seconds waited for it so far; not those in which nobody read

    def begin_attempt(self, request: Any, stream: bool) -> None:
        """The HTTP library's own clocks are no longer than ours."""
        self._given = dict(request.extensions.get("timeout", {}))
        self._limit, self._quiet = self._first if stream else None, 0.0
        silence = max(self._first, self._idle or 0) if stream and self._first else None
        most = [self._left(), silence]
        shorter = [seconds for seconds in most if seconds]
        if shorter:
            request.extensions["timeout"] = {
                name: min([*shorter, *([] if given is None else [given])])
                for name, given in self._given.items()
            }

    def _left(self) -> float | None:
        return None if self._end is None else max(self._end - time.monotonic(), 0.001)

    def next_wait(self) -> float | None:
        """Seconds that the next piece may take."""
        event = None if self._limit is None else max(self._limit - self._quiet, 0.001)
        waits = [seconds for seconds in (self._left(), event) if seconds is not None]
        return min(waits, default=None)

    def waited(self, seconds: float) -> None:
        self._quiet += seconds

    def event_came(self) -> None:
        self._next, self._limit, self._quiet = "stream_idle_timeout", self._idle, 0.0

    def overdue(self) -> str | None:
        """The clock of ours that has run out."""
        if self._end is not None and time.monotonic() >= self._end - _ROUNDING:
            return "deadline_timeout"
        late = self._limit is not None and self._quiet >= self._limit - _ROUNDING
        return self._next if late else None

    def misses(self, pause: float) -> str | None:
        """What to say if the deadline leaves no time for a retry after `pause`."""
        left = self._left()
        if left is None or self._deadline is None or pause < left:
            return None
        return missed_retry_note(pause, self._deadline)

    def timeout_error(
        self, request: Any, error: Exception | None, phase: str = "waiting for the response"
    ) -> APITimeoutError:
        """Of ours if one ran out, else of the HTTP library's that `error` names."""
        code = self.overdue()
        if code is None:
            code, phase = _OF_LIBRARIES.get(type(error).__name__, ("read_timeout", phase))
        name = CLOCKS[code].name
        own = {
            "deadline": self._deadline,
            "first_event_timeout": self._first,
            "stream_idle_timeout": self._idle,
        }
        seconds = own[name] if name in own else self._given.get(name)
        return APITimeoutError._of_clock(request, code, seconds, phase)


def clock_of(response: Any) -> CallClock | None:
    clock: CallClock | None = response.extensions.get(EXTENSION)
    return clock
