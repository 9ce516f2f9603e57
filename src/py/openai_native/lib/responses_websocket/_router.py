"""Which lane an event belongs to, and what is kept for it. Any thread."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from ._errors import ResponsesWebSocketBufferError, ResponsesWebSocketLimits, field
from ._turn import TERMINAL, Turn

_STREAM_ID = re.compile(r"[A-Za-z0-9_.-]{1,256}")


class LaneState:
    def __init__(self, stream_id: str | None, limit: int | None, signal: Any) -> None:
        self.stream_id = stream_id
        self.signal = signal  # set when there may be something new
        self.waiting: deque[tuple[Any, int]] = deque()
        self.size = 0
        self.turn = Turn(limit)
        self.closed_on: object | None = None  # the WebSocket that the lane was closed on
        self.failure: Exception | None = None
        self.in_flight = False
        self.begun = self.taken = 0  # responses that came, and that somebody has read the start of

    @property
    def closed(self) -> bool:
        return self.closed_on is not None


class Router:
    def __init__(
        self,
        limits: ResponsesWebSocketLimits,
        connection: Any,
        signal: Callable[[], Any],
        alone: bool,
    ) -> None:
        self._limits = limits
        self._connection = connection
        self._signal = signal
        self._alone = alone  # a lane that overflows fails alone
        self._lock = threading.RLock()
        self._lanes: dict[str | None, LaneState] = {}
        self._events = self._size = 0
        self._error: BaseException | None = None
        self.ended = False
        self.default = self.register(None)

    def register(self, stream_id: object) -> LaneState:
        if stream_id is not None and not (
            isinstance(stream_id, str) and _STREAM_ID.fullmatch(stream_id)
        ):
            raise ValueError(
                "stream_id must be None, or 1 to 256 ASCII letters, digits, '_', '-' or '.'"
            )
        with self._lock:
            if self.ended:
                raise RuntimeError("The WebSocket session has ended")
            if stream_id in self._lanes:
                raise ValueError("A lane with this stream_id is already registered")
            if len(self._lanes) >= self._limits.max_lanes:
                raise ResponsesWebSocketBufferError("The session exceeded max_lanes")
            lane = LaneState(stream_id, self._limits.max_response_bytes, self._signal())
            self._lanes[stream_id] = lane
            if stream_id is None:
                self.default = lane
            return lane

    def detach(self, lane: LaneState) -> None:
        """Its name stays taken until the connection is another one: events may still come."""
        with self._lock:
            if lane.closed:
                return
            lane.closed_on = self._connection._connection
            self._events -= len(lane.waiting)
            self._size -= lane.size
            lane.waiting.clear()
            lane.size = 0
            lane.turn = Turn(self._limits.max_response_bytes)
            lane.signal.set()

    def reconnected(self, connection: object) -> None:
        with self._lock:
            stale = [
                name
                for name, lane in self._lanes.items()
                if lane.closed and lane.closed_on is not connection
            ]
            for name in stale:
                del self._lanes[name]

    def dispatch(self, event: Any, size: int) -> None:
        with self._lock:
            stream_id = field(event, "stream_id")
            lane = self._lanes.get(stream_id, self.default)
            if self.ended or lane.failure is not None:
                return
            if lane.closed:
                lane = self.default
            if lane.closed or not self._fits(lane, size):
                return
            lane.waiting.append((event, size))
            lane.size += size
            self._size += size
            self._events += 1
            if stream_id == lane.stream_id and field(event, "type") == "response.created":
                lane.begun += 1
                lane.in_flight = True
            if self._alone:
                self._relieve(lane, size)
            lane.signal.set()

    def _fits(self, lane: LaneState, size: int) -> bool:
        limits = self._limits
        full = (
            len(lane.waiting) >= limits.max_events_per_lane
            or lane.size + size > limits.max_bytes_per_lane
        )
        if self._alone:
            if full or size > limits.max_bytes:
                self._fail(lane)
                return False
            return True
        if full or self._events >= limits.max_events or self._size + size > limits.max_bytes:
            raise ResponsesWebSocketBufferError("The session exceeded its buffered event limits")
        return True

    def _relieve(self, newest: LaneState, size: int) -> None:
        """The lanes with most waiting fail until the session fits; what just came counts last."""
        while self._events > self._limits.max_events or self._size > self._limits.max_bytes:
            by_size = self._size > self._limits.max_bytes

            def backlog(lane: LaneState, by_size: bool = by_size) -> int:
                held = lane.size if by_size else len(lane.waiting)
                return held - (size if by_size else 1) if lane is newest else held

            self._fail(max(self._lanes.values(), key=backlog))

    def _fail(self, lane: LaneState) -> None:
        if not lane.closed:
            lane.failure = ResponsesWebSocketBufferError(
                "The lane exceeded its buffered event limits"
            )
            self.detach(lane)

    def finish(self, error: BaseException | None = None) -> None:
        with self._lock:
            self.ended = True
            self._error = self._error or error
            for lane in self._lanes.values():
                lane.signal.set()

    def pop(self, lane: LaneState) -> Any:
        """The lane's next event; None: not yet."""
        with self._lock:
            if lane.failure is not None:
                raise lane.failure
            if lane.closed:
                raise EOFError("The WebSocket lane is detached")
            if lane.waiting:
                return self._taken(lane)
            if not self.ended:
                lane.signal.clear()
                return None
            if self._error is not None:
                raise self._error
            raise EOFError("The WebSocket connection closed")

    def _taken(self, lane: LaneState) -> Any:
        event, size = lane.waiting.popleft()
        lane.size -= size
        self._size -= size
        self._events -= 1
        # Events of streams that nobody registered are there to be seen, no more.
        if field(event, "stream_id") != lane.stream_id:
            return event
        lane.turn.add(event, size)
        kind = field(event, "type")
        if kind == "response.created":
            lane.taken += 1
            lane.in_flight = True
        elif kind in TERMINAL or kind == "error":
            lane.in_flight = lane.begun > lane.taken
        return event

    def prepare(self, lane: LaneState, is_create: bool) -> None:
        """Before a request is sent on the lane."""
        with self._lock:
            if self.ended or lane.closed:
                raise RuntimeError("The WebSocket session or lane is not active")
            if not is_create:
                return
            if lane.in_flight:
                raise RuntimeError(
                    "Consume the current response before sending another create on this lane"
                )
            lane.turn = Turn(self._limits.max_response_bytes)
            lane.in_flight = True

    def final(self, lane: LaneState) -> Any:
        """The lane's final response; None: not yet."""
        with self._lock:
            if lane.failure is not None:
                raise lane.failure
            if lane.turn.error is not None:
                raise lane.turn.error
            return lane.turn.final

    def another_begun(self, lane: LaneState, taken: int) -> bool:
        """The response that is known is the last one, and another one has begun since."""
        with self._lock:
            return lane.turn.final is not None and lane.taken == taken and lane.begun > lane.taken
