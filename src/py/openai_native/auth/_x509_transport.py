"""One request over somebody's HTTP client, with its connections and certificate, but with nothing
of it that could lead the request, or the token in it, elsewhere.
"""

# Synchronous twin: _x509_transport_sync.py (derived)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2

from .._carrier import Facade
from ._x509_exchange import library_of


class ForwardingAsyncTransport(httpx2.AsyncBaseTransport):
    """Its connections belong to the client they come from: closing it closes none."""

    def __init__(self, http_client: Any, check: Callable[[httpx2.Request], None]) -> None:
        self._http_client = http_client
        self._check = check

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._check(request)
        if self._http_client.is_closed:
            raise RuntimeError("Cannot send a request, as the client has been closed.")
        transport = self._http_client._transport_for_url(request.url)
        response: httpx2.Response = await transport.handle_async_request(request)
        return response


def scoped_client(
    http_client: Any, check: Callable[[httpx2.Request], None], *, token_exchange: bool = False
) -> Any:
    """A client for one request. An exchange sees neither the hooks nor the cookies."""
    if isinstance(http_client, Facade):
        http_client = http_client._http()
    client = library_of(http_client).AsyncClient(
        transport=ForwardingAsyncTransport(http_client, check),
        timeout=http_client.timeout,
        event_hooks=None if token_exchange else http_client.event_hooks,
        default_encoding=http_client._default_encoding,
        trust_env=False,
    )
    if not token_exchange:
        client._cookies = http_client.cookies
    return client
