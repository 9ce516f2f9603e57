"""From a client's settings to a WebSocket: the address, the query, the headers."""

# Synchronous twin: _websocket_url_sync.py (derived)

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from . import _settings
from ._qs import Querystring
from ._types import NotGiven, Omit, omit
from ._web_socket import AsyncWebSocket, connect

if TYPE_CHECKING:
    import httpx2

    from ._client import AsyncOpenAI

log = logging.getLogger(__name__)
_SCHEMES = {"http": "ws", "https": "wss"}


class Place(NamedTuple):
    """Where a kind of connection lives below the base URL."""

    path: str  # "/live/sessions/{session_id}/attach"
    query: tuple[str, ...] = ()  # parameters of `connect` that go there
    headers: tuple[tuple[str, str], ...] = ()
    deployed: bool = False  # Azure has an address of its own for it, by the model


class PreparedQuery(dict[str, object]):
    """A query that is complete: nothing is added."""

    def __init__(self, params: httpx2.QueryParams) -> None:
        self.params = params


async def async_connect_client(
    client: AsyncOpenAI,
    place: Place,
    values: Mapping[str, Any],
    extra_query: Mapping[str, object],
    extra_headers: Mapping[str, Any],
    options: Mapping[str, Any],
) -> AsyncWebSocket:
    query: Any = extra_query
    if not isinstance(query, PreparedQuery):
        query = {name: values[name] for name in place.query if name in values}
        query |= extra_query
    await client._refresh_api_key()
    url, credentials = _address(client, place, values, query), client.auth_headers
    headers = _merged(credentials, place.headers, client.default_headers, extra_headers)
    if place.deployed and hasattr(client, "_configure_realtime"):
        raise NotImplementedError("Realtime connections to Azure are not supported yet")
    log.debug("Connecting to WebSocket API")
    if options:
        log.debug("Custom WebSocket connection options provided")
    return await connect(str(url), headers, options, client._client._trust)


def _address(client: Any, place: Place, values: Mapping[str, Any], query: Any) -> httpx2.URL:
    import httpx2

    given = client.websocket_base_url
    base = client.base_url if given is None else httpx2.URL(given)
    path, mark, own = base.raw_path.partition(b"?")
    below = place.path.format_map({name: _path_value(name, v) for name, v in values.items()})
    url = base.copy_with(
        scheme=_SCHEMES.get(base.scheme, base.scheme),
        raw_path=path.rstrip(b"/") + below.encode() + mark + own,
    )
    prepared = isinstance(query, PreparedQuery)
    return url.copy_with(params=query.params if prepared else query_of(client, url, query))


def _path_value(name: str, value: object) -> str:
    text = str(value)
    if not text:
        raise ValueError(f"Expected a non-empty value for `{name}` but received {value!r}")
    return quote(text, safe="")


def query_of(client: Any, url: httpx2.URL, extra: Mapping[str, object]) -> httpx2.QueryParams:
    """The client's defaults, the address's own, and the call's, which replace both."""
    import httpx2

    replaced = {name: omit for name in extra}
    defaults = {k: v for k, v in client.default_query.items() if k not in replaced}
    prefixes = tuple(f"{name}[" for name in replaced)
    params = httpx2.QueryParams(client.qs.stringify(defaults)).merge(url.params)
    kept: Any = [
        (key, value)
        for key, value in params.multi_items()
        if key not in replaced and not key.startswith(prefixes)
    ]
    params = httpx2.QueryParams(kept)
    if isinstance(extra, httpx2.QueryParams):
        return params.merge(extra)
    # None and lists keep what they are: an empty value, a key that comes again.
    values = {k: _blank(v) for k, v in extra.items() if not isinstance(v, (Omit, NotGiven))}
    return params.merge(Querystring(array_format="repeat").stringify(values))


def _blank(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return ["" if each is None else each for each in value]
    return "" if value is None else value


def _merged(*sets: Any) -> dict[str, str]:
    """Later headers replace earlier ones, whatever their case; omitted ones are left out."""
    found: dict[str, tuple[str, Any]] = {}
    for headers in sets:
        for name, value in headers.items() if hasattr(headers, "items") else headers:
            found[name.lower()] = (name, value)
    merged = {name: value for name, value in found.values() if not isinstance(value, Omit)}
    _settings.check_headers(merged)
    return merged
