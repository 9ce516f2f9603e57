"""Which of a given HTTP client's settings native connections take over, or why they cannot stand in
for it. Either library, either face.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ._core import Transport

Watch = Sequence[tuple[Any, str, Any]]

# Where a client of httpx2 keeps what decides how it sends.
_STATE = (
    *("_state", "_transport", "_mounts", "_event_hooks", "_auth", "_headers", "_cookies"),
    *("_params", "follow_redirects", "max_redirects"),
)
# Overridden in a class or replaced on an object, they may do anything.
_SENDING = (
    "send",
    "request",
    "build_request",
    "_build_redirect_request",
    "_build_request_auth",
    "_merge_headers",
    "_merge_url",
    "_send_handling_auth",
    "_send_handling_redirects",
    "_send_single_request",
    "_transport_for_url",
)
# An attribute of event hooks whose work native connections do by themselves.
DONE_BY_CORE = "_openai_native_done_by_core"
_UNDONE = ("gzip", "x-gzip", "deflate", "br", "zstd", "identity", "*")


class Facade:
    """An HTTP client of ours, which knows by itself: see `_http_clients`."""

    if TYPE_CHECKING:

        @property
        def trust_env(self) -> bool: ...
        def _carrier(self) -> Carrier: ...
        def transport(self) -> Transport: ...
        def sends_natively(self) -> bool: ...
        def _http(self) -> Any: ...


class Carrier(NamedTuple):
    reason: str | None = None  # why native connections cannot stand in
    transport: Mapping[str, Any] = MappingProxyType({})  # what they are made with
    headers: Mapping[str, str] = MappingProxyType({})  # below those of the OpenAI client
    follow_redirects: bool = True
    watch: Watch = ()  # as long as this stays as it is

    def settings(self) -> dict[str, object]:
        carried: dict[str, object] = {k: v for k, v in self.transport.items() if v not in ("", [])}
        if self.headers:
            carried["headers"] = sorted(self.headers)
        if not self.follow_redirects:
            carried["follow_redirects"] = False
        return carried


class _Known:
    """Kept with the given client itself: both go together."""

    carrier = Carrier(reason="not looked at yet", watch=[({}, "", "")])
    connections: Transport | None = None


_PLACE = "_openai_native_carrier"


def carrier_of(given: Any) -> Carrier:
    """Looked at once, and again when it has changed. Clients that are given the same HTTP client
    share its native connections, too.
    """
    if isinstance(given, Facade):
        return given._carrier()
    known = vars(given).setdefault(_PLACE, _Known())
    if disturbed(known.carrier.watch):
        carrier = _read(given)
        if carrier.transport != known.carrier.transport:
            known.connections = None
        known.carrier = carrier
    found: Carrier = known.carrier
    return found


def connections_of(given: Any) -> Transport:
    if isinstance(given, Facade):
        return given.transport()
    if given.is_closed:
        raise RuntimeError("Cannot send a request, as the client has been closed.")
    carrier, known = carrier_of(given), vars(given)[_PLACE]
    if known.connections is None:
        from ._core import Transport

        known.connections = Transport(**carrier.transport)
    found: Transport = known.connections
    return found


def close_connections_of(given: Any) -> None:
    known = vars(given).get(_PLACE)
    if known is not None and known.connections is not None:
        known.connections.close(abort=True)


def disturbed(watch: Watch) -> bool:
    return any(holder.get(key) is not value for holder, key, value in watch)


def watch_of(given: Any) -> Watch:
    attributes = vars(given)
    return [(attributes, name, attributes.get(name)) for name in _STATE]


def _read(given: Any) -> Carrier:
    import httpx2

    watch = watch_of(given)
    kinds: tuple[Any, ...] = (httpx2.AsyncClient, httpx2.Client)
    base = next((kind for kind in kinds if isinstance(given, kind)), None)
    if base is None:
        return Carrier(reason="http_client is a client of the older httpx", watch=watch)
    reason = client_reason(given, base)
    if reason is None:
        transport, reason = read_transport(given._transport)
    if reason is not None:
        return Carrier(reason=f"http_client has {reason}", watch=watch)
    headers, reason = read_headers(given.headers)
    if reason is not None:
        return Carrier(reason=f"http_client has {reason}", watch=watch)
    return Carrier(None, transport, headers, bool(given.follow_redirects), watch)


def _needs_python(hook: Any) -> bool:
    return not getattr(hook, DONE_BY_CORE, False)


def client_reason(given: Any, base: Any) -> str | None:
    for name in _SENDING:
        if name in vars(given) or getattr(type(given), name) is not getattr(base, name):
            return f"a {name}() of its own"
    for setting, used in (
        ("event_hooks", any(map(_needs_python, chain(*given.event_hooks.values())))),
        ("auth", given.auth is not None),
        ("params", bool(given.params)),
        ("cookies", bool(given.cookies)),
        ("a proxy or mounts", any(given._mounts.values())),
        ("max_redirects", given.max_redirects != 20),
        ("default_encoding", given._default_encoding != "utf-8"),
    ):
        if used:
            return setting
    return None


def read_headers(headers: Any) -> tuple[dict[str, str], str | None]:
    """What is not among the headers that the HTTP library sends by itself."""
    usual = usual_headers()
    own = {name: value for name, value in headers.items() if usual.get(name) != value}
    if missing := usual.keys() - headers.keys():
        return {}, f"no header {min(missing)}"
    wanted = own.get("accept-encoding", "").split(",")
    if not {coding.partition(";")[0].strip() for coding in wanted} <= {"", *_UNDONE}:
        return {}, "an Accept-Encoding that the native connections cannot undo"
    return own, None


def usual_headers() -> dict[str, str]:
    from httpx2._client import ACCEPT_ENCODING, USER_AGENT

    return {
        "accept": "*/*",
        "accept-encoding": ACCEPT_ENCODING,
        "connection": "keep-alive",
        "user-agent": USER_AGENT,
    }


def read_transport(transport: Any) -> tuple[dict[str, Any], str | None]:
    import httpx2

    if type(transport) in (httpx2.AsyncHTTPTransport, httpx2.HTTPTransport):
        return _read_pool(transport._pool)
    if type(transport).__module__ == "openai._vendor.httpx_aiohttp.transport":
        return _read_aiohttp(transport)
    return {}, f"a transport of its own ({type(transport).__name__})"


def _read_pool(pool: Any) -> tuple[dict[str, Any], str | None]:
    import httpcore2

    if type(pool) not in (httpcore2.AsyncConnectionPool, httpcore2.ConnectionPool):
        return {}, f"connections of its own ({type(pool).__name__})"
    reason = _socket_reason(pool, "_")
    settings = {
        "max_connections": count(pool._max_connections),
        "max_idle": count(pool._max_keepalive_connections),
        "idle_expiry": pool._keepalive_expiry,
        "socket_options": list(pool._socket_options or ()),
        "http2": h2_use(pool._http1, pool._http2),
    }
    return _with_trust(settings, pool._ssl_context, reason)


def _read_aiohttp(transport: Any) -> tuple[dict[str, Any], str | None]:
    """The official client over aiohttp."""
    reason = _socket_reason(transport, "") or ("a client" if transport.client is not None else None)
    reason = reason or ("a proxy" if transport.proxy is not None else None)
    limits = transport.limits
    settings = {
        "max_connections": count(limits.max_connections),
        "max_idle": count(limits.max_keepalive_connections),
        "idle_expiry": limits.keepalive_expiry,
        "socket_options": list(transport.socket_options),
        "http2": h2_use(True, False),
    }
    return _with_trust(settings, transport.ssl_context, reason)


def _socket_reason(of: Any, prefix: str) -> str | None:
    for name in ("uds", "local_address", "retries"):
        if getattr(of, prefix + name):
            return name
    for option in getattr(of, f"{prefix}socket_options") or ():
        if len(option) != 3:
            return "a socket option without a value"
    return None


def _with_trust(
    settings: dict[str, Any], context: Any, reason: str | None
) -> tuple[dict[str, Any], str | None]:
    from ._tls_context import trust_of
    from ._tls_settings import NotCarried

    if reason is not None:
        return {}, reason
    try:
        return {**settings, **trust_of(context)}, None
    except NotCarried as told:
        return {}, f"{told} (verify= or cert=)"


def h2_use(http1: bool, http2: bool) -> str:
    """When HTTP/2 is spoken, as the HTTP library understands its two keywords."""
    if not http2:
        return "never"
    return "negotiated" if http1 else "prior_knowledge"


def count(value: Any) -> int | None:
    # httpx2 counts like this: some number, or no limit for None and sys.maxsize.
    return None if value is None or value >= sys.maxsize else int(value)
