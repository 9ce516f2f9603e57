"""The keywords of our HTTP clients as settings of native connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._carrier import Carrier, count, h2_use, read_headers, usual_headers
from ._constants import KEEPALIVE_EXPIRY_SECONDS, MAX_CONNECTIONS, MAX_KEEPALIVE_CONNECTIONS
from ._tls_settings import NotCarried, tls_settings
from ._ways import check_way, own_way, with_proxies

# Keywords of httpx2's clients that are left to one of them, and the values that mean "unused".
_PYTHON_ONLY: dict[str, tuple[object, ...]] = {
    "auth": (None,),
    "params": (None,),
    "cookies": (None,),
    "event_hooks": (None,),
    "default_encoding": ("utf-8",),
    "max_redirects": (20,),
}
# Keywords that httpx2's clients do not have.
NATIVE_LIMITS: dict[str, Any] = {"max_per_origin": int, "max_age": (int, float)}
KEYWORDS = frozenset(
    {"timeout", "limits", "verify", "cert", "trust_env", "follow_redirects", "transport", "headers"}
    | {"base_url", "http1", "http2", "proxy", "mounts", "uds", "local_address"}
    | {*NATIVE_LIMITS, *_PYTHON_ONLY}
)


def carrier_of_settings(settings: Mapping[str, Any]) -> Carrier:
    # First, whatever sends: what is wrong with the settings is told now.
    transport, reason = _connections(settings)
    for key, unused in _PYTHON_ONLY.items():
        value = settings.get(key, unused[0])
        if key == "event_hooks" and isinstance(value, Mapping):
            used = any(value.values())  # names alone mean nothing: {"request": []}
        else:
            used = value not in unused and value not in ({}, [], ())
        if used:
            return Carrier(f"{key}=")
    if reason is not None:
        return Carrier(reason)
    headers: dict[str, str] = {}
    if settings.get("headers"):
        import httpx2

        headers = dict(httpx2.Headers(settings["headers"]).items())
        _, reason = read_headers({**usual_headers(), **headers})
    follow = bool(settings.get("follow_redirects", True))
    return Carrier(reason, transport, headers, follow)


def _connections(settings: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    check_way(settings)
    given = settings.get("transport")
    if given is None:
        main, reason = _own_connections(settings)
    else:
        for name in ("verify", "cert", *NATIVE_LIMITS):
            if (value := settings.get(name)) is not None and value is not True:
                raise ValueError(f"{name}= contradicts transport=, which makes the connections")
        from ._given_connections import read_transport

        main, reason = read_transport(given)
    return (main, reason) if reason is not None else with_proxies(main, settings)


def _own_connections(settings: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    way = {**own_way(settings), **_protocols(settings)}
    try:
        return {**_limits(settings), **tls_settings(settings), **way}, None
    except NotCarried as reason:
        return {}, f"{reason} (verify=)"


def _protocols(settings: Mapping[str, Any]) -> dict[str, str]:
    """HTTP/2 wherever a server wants it, unless it was turned off."""
    http1, http2 = settings.get("http1", True), settings.get("http2", True)
    for name, value in (("http1", http1), ("http2", http2)):
        if not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, not {type(value).__name__}")
    if not (http1 or http2):
        raise ValueError("http1=False and http2=False: no protocol is left")
    return {"http2": h2_use(http1, http2)}


def _limits(settings: Mapping[str, Any]) -> dict[str, Any]:
    given = settings.get("limits")
    found: dict[str, Any] = {
        "max_connections": MAX_CONNECTIONS,
        "max_idle": MAX_KEEPALIVE_CONNECTIONS,
        "idle_expiry": KEEPALIVE_EXPIRY_SECONDS,
    }
    if given is not None:
        try:
            found = {
                "max_connections": count(given.max_connections),
                "max_idle": count(given.max_keepalive_connections),
                "idle_expiry": given.keepalive_expiry,
            }
        except AttributeError:
            raise TypeError(f"limits must be httpx2.Limits, not {type(given).__name__}") from None
    for name, kind in NATIVE_LIMITS.items():
        value = settings.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, kind):
            raise TypeError(f"{name} must be a number or None, not {type(value).__name__}")
        if not value > 0:
            raise ValueError(f"{name} must be more than 0, not {value}")
        found[name] = value
    return found
