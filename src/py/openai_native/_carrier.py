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
        if "proxies" in carried:
            carried["proxies"] = list(map(repr, self.transport["proxies"]))
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
    from ._given_connections import read_mounts, read_transport

    kinds: tuple[Any, ...] = (httpx2.AsyncClient, httpx2.Client)
    base = next((kind for kind in kinds if isinstance(given, kind)), None)
    if base is None:
        return Carrier(reason="http_client is a client of the older httpx", watch=watch)
    reason = client_reason(given, base)
    if reason is None:
        transport, reason = read_transport(given._transport)
    if reason is None:
        transport, reason = read_mounts(given._mounts, transport)
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


def h2_use(http1: bool, http2: bool) -> str:
    """When HTTP/2 is spoken, as the HTTP library understands its two keywords."""
    if not http2:
        return "never"
    return "negotiated" if http1 else "prior_knowledge"


def count(value: Any) -> int | None:
    # httpx2 counts like this: some number, or no limit for None and sys.maxsize.
    return None if value is None or value >= sys.maxsize else int(value)
