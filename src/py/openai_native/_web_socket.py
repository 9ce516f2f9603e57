"""A WebSocket over native connections, with the methods of a connection of `websockets`."""

# Synchronous twin: _web_socket_sync.py (derived)

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ._face import BLOCKING
from ._web_socket_options import native_options, parse_url, way_of
from ._websocket_exceptions import (
    ConnectionClosed,
    ConnectionClosedOK,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    ProxyError,
    SecurityError,
    closed_error,
    response_of,
)

if TYPE_CHECKING:
    from . import _core
    from ._settings import Address
    from ._websocket_exceptions import Response

_MAX_REDIRECTS = 10
_REDIRECTS = (300, 301, 302, 303, 307, 308)


class AsyncWebSocket:
    """One open connection; `connect()` makes it."""

    def __init__(self, native: _core.WebSocket) -> None:
        self._native = native
        self.response: Response = response_of(native.reply)

    @property
    def subprotocol(self) -> str | None:
        chosen: str | None = self.response.headers.get("Sec-WebSocket-Protocol")
        return chosen

    @property
    def close_code(self) -> int | None:
        received = self._received()
        return None if received is None else received[0]

    @property
    def close_reason(self) -> str | None:
        received = self._received()
        return None if received is None else received[1]

    def _received(self) -> tuple[int, str] | None:
        """What the peer closed with; None: it is open."""
        ending = self._native.ending
        return None if ending is None else ending[3] or (1006, "")

    def _closed(self) -> ConnectionClosed:
        assert self._native.ending is not None
        code, _, detail, received, sent, received_first = self._native.ending
        error = closed_error(received, sent, received_first)
        if code != "success":
            error.__cause__ = ConnectionError(detail)
        return error

    async def recv(self, decode: bool | None = None, timeout: float | None = None) -> Any:
        """The next message: text as `str`, bytes as they are, unless `decode` says otherwise.

        `timeout` is for threads; tasks have `asyncio.timeout`.
        """
        message = await self._native.recv(decode, timeout)
        if message is None:
            raise self._closed()
        return message

    async def send(self, message: str | bytes) -> None:
        """Returns when the message is handed to the system."""
        if not await self._native.send(message, isinstance(message, str)):
            await self._native.over()
            raise self._closed()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """The closing handshake; does nothing on a connection that is closed."""
        await self._native.close(code, reason)

    async def wait_closed(self) -> None:
        await self._native.over()

    async def __aiter__(self) -> AsyncIterator[Any]:
        with contextlib.suppress(ConnectionClosedOK):
            while True:
                yield await self.recv()


async def connect(
    url: str, headers: Mapping[str, str], options: Mapping[str, Any], usual: Mapping[str, Any]
) -> AsyncWebSocket:
    """`usual`: which certificates to accept, and how to reach the host."""
    native = native_options(options)
    added = [*native.pop("headers"), *headers.items()]
    settings = {**way_of(options.get("proxy", True), usual), **native}
    for _ in range(_MAX_REDIRECTS):
        made = await _open(url, headers=added, **settings)
        if isinstance(made, AsyncWebSocket):
            return made
        url = _redirected(url, made)
    raise SecurityError(f"more than {_MAX_REDIRECTS} redirects")


async def _open(url: str, **settings: Any) -> AsyncWebSocket | InvalidStatus:
    """The connection, or the answer of a server that refused it."""
    from . import _core

    address = parse_url(url)
    native = _core.WebSocket(
        host=address.host,
        port=address.port,
        tls=address.tls,
        target=address.path,
        authority=_authority(address),
        blocking=BLOCKING,
        **settings,
    )
    try:
        opened = await native.opened()
    except BaseException:
        native.abort()
        raise
    if opened:
        return AsyncWebSocket(native)
    return _refusal(native)


def _authority(address: Address) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    usual = 443 if address.tls else 80
    return host if address.port == usual else f"{host}:{address.port}"


def _refusal(native: _core.WebSocket) -> InvalidStatus:
    assert native.ending is not None
    code, where, detail, *_ = native.ending
    if code == "handshake_refused":
        return InvalidStatus(response_of(native.reply))
    text = f"{where}: {detail}"
    if code == "connect_timeout":
        raise TimeoutError("timed out during opening handshake")
    if code == "host_not_found":
        raise socket.gaierror(socket.EAI_NONAME, text)
    if code == "tls_failed":
        import ssl

        raise ssl.SSLCertVerificationError(ssl.SSL_ERROR_SSL, text)
    if code in ("bad_response", "connection_closed"):
        raise InvalidMessage("did not receive a valid HTTP response") from ConnectionError(text)
    if code in ("proxy_refused", "proxy_auth"):
        raise ProxyError(text)
    if code == "bad_handshake":
        raise InvalidHandshake(text)
    raise ConnectionRefusedError(text) if code == "connect_failed" else ConnectionError(text)


def _redirected(url: str, refused: InvalidStatus) -> str:
    """Where a redirect leads, if it stays at the origin: credentials go nowhere else."""
    location = refused.response.headers.get("Location")
    if BLOCKING or location is None or refused.response.status_code not in _REDIRECTS:
        raise refused
    target: str = urljoin(url, location)
    here, there = map(parse_url, (url, target))
    if (here.tls, here.host, here.port) != (there.tls, there.host, there.port):
        raise SecurityError("Cross-origin WebSocket redirects are not allowed") from refused
    return target
