"""A transport of httpx2 over native connections: what `client._client` sends by when it is used as
an HTTP client. Imports httpx2.
"""

# Synchronous twin: _native_transport_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import httpx2
from httpx2._decoders import IdentityDecoder

from . import _httpx2
from ._content import raw_parts
from ._core import send
from ._exceptions import APIConnectionError
from ._face import BLOCKING
from ._network import LIMITS, pacing_of
from ._settings import host_of, parse_base_url

if TYPE_CHECKING:
    from ._core import Transport
    from ._face import Events

# The connection writes them itself.
_FRAMING = ("content-length", "transfer-encoding")
_UNKNOWN = ("sni_hostname", "trace")


class AsyncNativeTransport(httpx2.AsyncBaseTransport):
    def __init__(self, connections: Callable[[], Transport]) -> None:
        self._connections = connections

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if used := [name for name in _UNKNOWN if name in request.extensions]:
            raise NotImplementedError(f"native connections know no extension {used[0]!r}")
        body = await raw_parts(request.stream)
        try:
            pieces = await send(self._connections(), body=body, **_head_of(request))
        except APIConnectionError as error:
            raise _httpx2.make_cause(*error._told, request) from None
        raw = pieces.raw
        response = httpx2.Response(
            raw.status_code,
            headers=_httpx2.wire_fields(raw.headers),
            stream=AsyncNativeBody(pieces, request),
            extensions=_httpx2.extensions_of(raw),
        )
        # The core undoes every coding that the HTTP library knows, whether or not Python could.
        response._decoder = IdentityDecoder()
        return response


class AsyncNativeBody(httpx2.AsyncByteStream):
    def __init__(self, pieces: Events, request: httpx2.Request) -> None:
        self._pieces = pieces
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        # Not `async for`: leaving that closes the stream, and a body may be read on.
        while True:
            try:
                piece: bytes = await self._pieces.__anext__()
            except StopAsyncIteration:
                return
            except APIConnectionError as error:
                raise _httpx2.make_cause(*error._told, self._request) from None
            yield piece

    async def aclose(self) -> None:
        self._pieces.close()


def _head_of(request: httpx2.Request) -> dict[str, Any]:
    url, uds = request.url, None
    dropped: tuple[str, ...] = _FRAMING
    if url.scheme == "http+unix":
        uds = parse_base_url(url).uds
        url = url.copy_with(scheme="http", host="localhost", port=None)
        dropped = (*_FRAMING, "host")  # it holds the path of the socket
    if url.scheme not in ("http", "https") or not url.host:
        raise httpx2.UnsupportedProtocol(
            "Request URL is missing an 'http://' or 'https://' protocol.", request=request
        )
    host = host_of(url)
    if host is None:
        raise httpx2.LocalProtocolError(f"{url.host!r} is not a host name", request=request)
    tls = url.scheme == "https"
    limits = request.extensions.get("timeout", {})
    headers = [
        (name.decode("latin-1"), value)
        for name, value in request.headers.raw
        if name.lower().decode("latin-1") not in dropped
    ]
    return {
        "tls": tls,
        "host": host,
        "port": url.port or (443 if tls else 80),
        "uds": uds,
        "method": request.method,
        "target": url.raw_path.decode("ascii"),
        "headers": headers,
        "timeout": tuple(limits.get(name) for name in ("connect", "read", "write", "pool")),
        "blocking": BLOCKING,
        "pacer": None,
        "estimate": None,
        **pacing_of(request.extensions.get(LIMITS)),
    }
