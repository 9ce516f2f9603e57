"""Messages that wait for a connection, up to a number of bytes. Any thread."""

from __future__ import annotations

import threading
from collections import deque

from ._websocket_errors import WebSocketQueueFullError

Frame = str | bytes


class SendQueue:
    """One sender at a time takes messages out; what it took counts until it is `done`."""

    def __init__(self, max_bytes: int = 1_048_576) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._frames: deque[Frame] = deque()
        self._sending: Frame | None = None
        self._lock = threading.Lock()

    def enqueue(self, data: Frame) -> None:
        size = _size(data)
        with self._lock:
            if self._bytes + size > self._max_bytes:
                raise WebSocketQueueFullError("send queue is full, message discarded")
            self._frames.append(data)
            self._bytes += size

    def take(self) -> Frame | None:
        """The oldest message, for one sender; None: there is none, or another one is sending."""
        with self._lock:
            if self._sending is not None or not self._frames:
                return None
            self._sending = self._frames.popleft()
            return self._sending

    def done(self) -> None:
        """What was taken has been sent, or has failed."""
        with self._lock:
            assert self._sending is not None
            self._bytes -= _size(self._sending)
            self._sending = None

    @property
    def busy(self) -> bool:
        """A new message would overtake others."""
        with self._lock:
            return bool(self._frames) or self._sending is not None

    def drain(self) -> list[Frame]:
        """All that nobody is sending."""
        with self._lock:
            left = list(self._frames)
            self._frames.clear()
            self._bytes = 0 if self._sending is None else _size(self._sending)
            return left

    def __len__(self) -> int:
        with self._lock:
            return len(self._frames)

    def __bool__(self) -> bool:
        return len(self) > 0


def _size(data: Frame) -> int:
    return len(data.encode() if isinstance(data, str) else data)
