"""Between the client's settings and the core: what a `NativeClient` is built from, and calls that
need Python first (an API key to fetch).
"""

# Synchronous twin: _native_sync.py (derived)

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import _settings
from ._carrier import carrier_of, connections_of
from ._exceptions import AuthenticationError
from ._face import BLOCKING
from ._network import pacing_of
from ._secrets import is_secret, secret
from ._types import not_given

if TYPE_CHECKING:
    from ._client import AsyncOpenAI
    from ._core import Endpoint


def native_settings(client: AsyncOpenAI) -> dict[str, Any]:
    address = client._address
    carrier = carrier_of(client._client)
    object.__setattr__(client, "_carrier", carrier)
    query = "&".join(filter(None, (address.query, client.qs.stringify(client.default_query))))
    timeout = client._timeout
    return {
        "tls": address.tls,
        "host": address.host,
        "port": address.port,
        "uds": address.uds,
        "base_path": address.path,
        "headers": _headers_by_scheme(client, carrier.headers),
        "default_query": query,
        "timeout": (
            _settings.DEFAULT_TIMEOUTS if timeout is not_given else _settings.split_timeout(timeout)
        ),
        "max_retries": client.max_retries,
        "idempotency_header": client._idempotency_header,
        "strict": client._strict_response_validation,
        "prepare": client._renews_credentials,
        "blocking": BLOCKING,
        "watch": carrier.watch,
        "follow_redirects": carrier.follow_redirects,
        "deadline": client.deadline,
        "first_event_timeout": client.first_event_timeout,
        "stream_idle_timeout": client.stream_idle_timeout,
        "max_response_bytes": client.max_response_bytes,
        **pacing_of(client._rate_limits),
    }


def _headers_by_scheme(
    client: AsyncOpenAI, base: Mapping[str, str]
) -> dict[str, list[tuple[str, str]]]:
    """A scheme without credentials is left out; "none" is always there."""
    # The one header that the official client leaves to its HTTP library, and what a given one has.
    defaults = ({"Accept-Encoding": "gzip, deflate"}, base, client.default_headers)
    _settings.check_headers(client.default_headers)
    found = {}
    for scheme in ("none", "bearer", "admin", "either"):
        headers = client._standing_headers(scheme, *defaults)
        headers = [(name, secret(v) if is_secret(name) else v) for name, v in headers]
        if scheme == "none" or any(n.lower() in client._auth_header_names for n, _ in headers):
            found[scheme] = headers
    return found


class _Prepared:
    """Stands in for a client during one call: the same settings, but nothing left to prepare."""

    def __init__(self, client: AsyncOpenAI, changes: Mapping[str, Any]) -> None:
        from ._core import NativeClient

        settings = native_settings(client)
        settings |= {"prepare": False, "prepared": True, "asks": settings["prepare"], **changes}
        self._native = NativeClient(connections_of(client._client), **settings)
        self._missing_credentials = client._missing_credentials
        self._strict_response_validation = client._strict_response_validation


def _prepared(client: AsyncOpenAI, changes: Mapping[str, Any]) -> _Prepared:
    if changes:
        return _Prepared(client, changes)
    stand_in: _Prepared | None = client._prepared
    if stand_in is None:
        client._prepared = stand_in = _Prepared(client, {})
    return stand_in


async def prepared_call(
    client: AsyncOpenAI,
    endpoint: Endpoint,
    values: tuple[Any, ...],
    extra_headers: Mapping[str, Any] | None = None,
    extra_query: Mapping[str, object] | None = None,
    extra_body: object | None = None,
    timeout: Any = not_given,
    changes: Mapping[str, Any] = {},
) -> Any:
    """`changes`: settings of this call alone, as a `NativeClient` takes them."""
    stand_in = _prepared(client, changes)
    given = (values, extra_headers, extra_query, extra_body, timeout)
    result = await _attempts(client, endpoint, stand_in, given)
    if getattr(result, "_client", None) is stand_in:
        result._client = client
    return result


async def _attempts(
    client: AsyncOpenAI,
    endpoint: Endpoint,
    stand_in: _Prepared,
    given: tuple[Any, ...],
    again: bool = True,
) -> Any:
    """Each with the credentials of its time; a token that is refused is replaced once."""
    from ._core import Question

    values, extra_headers, *others = given
    own = await client._fresh_credentials(endpoint.security, extra_headers)
    headers = extra_headers if own is None else {own[0]: own[1], **(extra_headers or {})}
    try:
        result = await endpoint(stand_in, values, headers, *others)
        while isinstance(result, Question):
            own = await client._fresh_credentials(endpoint.security, extra_headers)
            result = await result.answer(own)
    except AuthenticationError as error:
        if error.status_code != 401 or not client._forget_credentials(own) or not again:
            raise
    else:
        return result
    return await _attempts(client, endpoint, stand_in, given, again=False)
