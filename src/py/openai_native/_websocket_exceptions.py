"""What callers of a WebSocket catch. The official package lets the exceptions of the `websockets`
library through, so where that library is installed these are its own classes; elsewhere they have
the same names and attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._websocket_exceptions_own import (
        Close,
        ConnectionClosed,
        ConnectionClosedError,
        ConnectionClosedOK,
        InvalidHandshake,
        InvalidMessage,
        InvalidStatus,
        ProxyError,
        Response,
        SecurityError,
        WebSocketException,
    )
else:
    try:
        from websockets.exceptions import (
            ConnectionClosed,
            ConnectionClosedError,
            ConnectionClosedOK,
            InvalidHandshake,
            InvalidMessage,
            InvalidStatus,
            SecurityError,
            WebSocketException,
        )
        from websockets.frames import Close
        from websockets.http11 import Response

        try:
            from websockets.exceptions import ProxyError
        except ImportError:  # its older releases know no proxies

            class ProxyError(InvalidHandshake):
                """The proxy gave no connection."""

    except ImportError:
        from ._websocket_exceptions_own import (
            Close,
            ConnectionClosed,
            ConnectionClosedError,
            ConnectionClosedOK,
            InvalidHandshake,
            InvalidMessage,
            InvalidStatus,
            ProxyError,
            Response,
            SecurityError,
            WebSocketException,
        )

__all__ = [
    "Close",
    "ConnectionClosed",
    "ConnectionClosedError",
    "ConnectionClosedOK",
    "InvalidHandshake",
    "InvalidMessage",
    "InvalidStatus",
    "ProxyError",
    "Response",
    "SecurityError",
    "WebSocketException",
    "closed_error",
    "response_of",
]


def closed_error(received: Any, sent: Any, received_first: bool) -> ConnectionClosed:
    """The exception for a connection that ended like this; each a (code, reason), or None."""
    rcvd = None if received is None else Close(*received)
    gave = None if sent is None else Close(*sent)
    order = None if rcvd is None or gave is None else received_first
    fine = rcvd is not None and gave is not None and {rcvd.code, gave.code} <= {1000, 1001}
    kind = ConnectionClosedOK if fine else ConnectionClosedError
    return kind(rcvd, gave, order)


def response_of(reply: tuple[int, str, list[tuple[str, str]], bytes]) -> Response:
    """The answer to a handshake, as `websockets` shows it."""
    status, reason, headers, body = reply
    try:
        from websockets.datastructures import Headers
    except ImportError:
        from httpx2 import Headers  # type: ignore[assignment,unused-ignore]
    return Response(status, reason, Headers(headers), body)
