"""From a client's settings to a WebSocket: the address, the query, the headers."""

# Synchronous twin: _websocket_place_sync.py (derived)

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from . import _settings
from ._exceptions import OpenAIError
from ._final_options import FinalRequestOptions
from ._logs import WEBSOCKETS
from ._proxies import environment_rules
from ._secrets import veiled
from ._tls_settings import TLS_SETTINGS
from ._types import NotGiven, Omit
from ._web_socket import AsyncWebSocket, connect
from ._websocket_urls import normalized, query_params, with_extra, with_segment

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(WEBSOCKETS)
_SCHEMES = {"http": "ws", "https": "wss"}
# Settings of native connections that hold for WebSockets, too.
_SHARED = (*TLS_SETTINGS, "proxies", "uds", "local_address")


class Place(NamedTuple):
    """Where a kind of connection lives below the base URL."""

    path: str  # "/live/sessions/{session_id}/attach"
    query: tuple[str, ...] = ()  # parameters of `connect` that go there
    headers: tuple[tuple[str, str], ...] = ()
    deployed: bool = False  # Azure has an address of its own for it, by the model
    own_credentials: bool = False  # the caller's `Authorization` stands in for a provider


class PreparedQuery(dict[str, object]):
    """A query that is complete: nothing is added."""

    def __init__(self, params: httpx2.QueryParams) -> None:
        super().__init__()
        self.params = params


async def async_connect_client(
    client: Any,
    place: Place,
    values: Mapping[str, Any],
    extra_query: Mapping[str, object],
    extra_headers: Mapping[str, Any],
    options: Mapping[str, Any],
) -> AsyncWebSocket:
    if place.deployed and hasattr(client, "_configure_realtime_with_api_key"):
        url, credentials = await _deployed(client, values, extra_query)
        own: Any = extra_headers
    elif place.own_credentials:
        credentials = await client._socket_credentials(extra_headers)
        url, own = _address(client, place, values, extra_query), extra_headers
    else:
        url = _address(client, place, values, extra_query)
        request = FinalRequestOptions.construct(
            method="get",
            url=str(url),
            headers=veiled(extra_headers),
            security={"bearer_auth": True},
        )
        request = await client._prepare_options(request)
        url = client._prepare_url(request.url)
        url = _socket_url(url.copy_merge_params(client.qs.stringify(request.params)))
        credentials, own = client.auth_headers, request.headers
    headers = _merged(credentials, client.default_headers, place.headers, own)
    log.debug("Connecting to WebSocket API")
    if options:
        log.debug("Custom WebSocket connection options provided")
    return await connect(str(url), headers, options, _connections(client._client))


async def _deployed(
    client: Any, values: Mapping[str, Any], extra_query: Mapping[str, object]
) -> tuple[httpx2.URL, dict[str, str]]:
    key = await client._attempt_key()
    others = {name: value for name, value in values.items() if name != "model"}
    if not values.get("model"):
        raise OpenAIError("`model` is required for Azure Realtime API")
    query = {**extra_query, **others}
    found: tuple[httpx2.URL, dict[str, str]] = await client._configure_realtime_with_api_key(
        values["model"], query, api_key=key
    )
    return found


def place_url(client: Any, place: Place, values: Mapping[str, Any]) -> httpx2.URL:
    given = client.websocket_base_url
    base = client.base_url if given is None else normalized(given)
    below = place.path.format_map({name: _path_value(name, v) for name, v in values.items()})
    return with_segment(_socket_url(base), below.encode())


def _address(
    client: Any, place: Place, values: Mapping[str, Any], extra_query: Mapping[str, object]
) -> httpx2.URL:
    url = place_url(client, place, values)
    if isinstance(extra_query, PreparedQuery):
        return url.copy_with(params=extra_query.params)
    query = {name: values[name] for name in place.query if name in values}
    return url.copy_with(params=query_params(client, url, with_extra(query, extra_query)))


def _connections(http_client: Any) -> dict[str, Any]:
    """Which certificates the client's own connections accept, and how they reach the host; of
    another HTTP client: the usual.
    """
    given = getattr(http_client, "_given", None)
    settings = {"proxies": environment_rules()} if given is None else given.transport
    return {key: settings[key] for key in _SHARED if key in settings}


def _socket_url(url: httpx2.URL) -> httpx2.URL:
    return url.copy_with(scheme=_SCHEMES.get(url.scheme, url.scheme))


def _path_value(name: str, value: object) -> str:
    text = str(value)
    if not text:
        raise ValueError(f"Expected a non-empty value for `{name}` but received {value!r}")
    return quote(text, safe="")


def _merged(*sets: Any) -> dict[str, str]:
    """Later headers replace earlier ones, whatever their case; omitted ones are left out."""
    found: dict[str, tuple[str, Any]] = {}
    for headers in sets:
        if isinstance(headers, NotGiven):
            continue
        for name, value in headers.items() if isinstance(headers, Mapping) else headers:
            found[name.lower()] = (name, value)
    merged = {name: value for name, value in found.values() if not isinstance(value, Omit)}
    _settings.check_headers(merged)
    return veiled(merged)
