"""The classes of `websockets` that callers meet, for programs without that library."""

from __future__ import annotations

import dataclasses
from typing import Any

__all__ = [
    "Close",
    "ConnectionClosed",
    "ConnectionClosedError",
    "ConnectionClosedOK",
    "InvalidHandshake",
    "InvalidMessage",
    "InvalidStatus",
    "Response",
    "SecurityError",
    "WebSocketException",
]


@dataclasses.dataclass
class Close:
    code: int
    reason: str

    def __str__(self) -> str:
        return f"{self.code} {self.reason}".rstrip()


@dataclasses.dataclass
class Response:
    status_code: int
    reason_phrase: str
    headers: Any
    body: bytes = b""


class WebSocketException(Exception):
    """Base class of what goes wrong with a WebSocket."""


class ConnectionClosed(WebSocketException):
    def __init__(
        self, rcvd: Close | None, sent: Close | None, rcvd_then_sent: bool | None = None
    ) -> None:
        self.rcvd = rcvd
        self.sent = sent
        self.rcvd_then_sent = rcvd_then_sent

    @property
    def code(self) -> int:
        return 1006 if self.rcvd is None else self.rcvd.code

    @property
    def reason(self) -> str:
        return "" if self.rcvd is None else self.rcvd.reason

    def __str__(self) -> str:
        parts = [f"received {self.rcvd}"] if self.rcvd else []
        parts += [f"sent {self.sent}"] if self.sent else []
        if not parts:
            return "no close frame received or sent"
        return "; ".join(parts if self.rcvd_then_sent is not False else reversed(parts))


class ConnectionClosedOK(ConnectionClosed):
    """Both sides closed with 1000 or 1001."""


class ConnectionClosedError(ConnectionClosed):
    """The connection was lost, or closed for another reason."""


class InvalidHandshake(WebSocketException):
    """The server did not become a WebSocket server."""


class ProxyError(InvalidHandshake):
    """The proxy gave no connection."""


class SecurityError(InvalidHandshake):
    """A redirect led to another origin."""


class InvalidMessage(InvalidHandshake):
    """The server's answer was no HTTP response."""


class InvalidStatus(InvalidHandshake):
    def __init__(self, response: Response) -> None:
        self.response = response

    def __str__(self) -> str:
        return f"server rejected WebSocket connection: HTTP {self.response.status_code}"
