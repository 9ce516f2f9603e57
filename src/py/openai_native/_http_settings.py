"""The keywords of our HTTP clients as settings of native connections."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from ._carrier import Carrier, count, read_headers, usual_headers
from ._constants import KEEPALIVE_EXPIRY_SECONDS, MAX_CONNECTIONS, MAX_KEEPALIVE_CONNECTIONS

# Keywords of httpx2's clients that are left to one of them, and the values that mean "unused".
_PYTHON_ONLY: dict[str, tuple[object, ...]] = {
    "auth": (None,),
    "params": (None,),
    "cookies": (None,),
    "cert": (None,),
    "http1": (True,),
    "http2": (False,),
    "event_hooks": (None,),
    "default_encoding": ("utf-8",),
    "max_redirects": (20,),
}
KEYWORDS = frozenset(
    {"timeout", "limits", "verify", "trust_env", "follow_redirects", "transport", "headers"}
    | {"base_url", "proxy", "mounts", "uds", "local_address", *_PYTHON_ONLY}
)


def carrier_of_settings(settings: Mapping[str, Any]) -> Carrier:
    for key, unused in _PYTHON_ONLY.items():
        value = settings.get(key, unused[0])
        if key == "event_hooks" and isinstance(value, Mapping):
            used = any(value.values())  # names alone mean nothing: {"request": []}
        else:
            used = value not in unused and value not in ({}, [], ())
        if used:
            return Carrier(f"{key}=")
    transport, reason = _connections(settings)
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
    _check_way(settings)
    given = settings.get("transport")
    if given is None:
        main, reason = _own_connections(settings)
    else:
        from ._given_connections import read_transport

        main, reason = read_transport(given)
    return (main, reason) if reason is not None else _with_proxies(main, settings)


def _own_connections(settings: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    verify = settings.get("verify", True)
    if verify is True and not settings.get("trust_env", True) and _environment_trust():
        trust = _system_trust()
    else:
        trust = _trust(verify)
    if trust is None:
        return {}, "an SSLContext of its own (verify=)"
    way: dict[str, Any] = {}
    if (uds := settings.get("uds")) is not None:
        way["uds"] = _socket_path(uds)
    if (address := settings.get("local_address")) is not None:
        way["local_address"] = _address(address)
    return {**_limits(settings.get("limits")), **trust, **way}, None


def _check_way(settings: Mapping[str, Any]) -> None:
    for one, others in (
        ("uds", ("local_address", "proxy", "mounts", "transport")),
        ("local_address", ("transport",)),
    ):
        for other in others:
            if settings.get(one) is not None and settings.get(other) is not None:
                raise ValueError(f"{one} and {other} contradict each other: give one of them")


def _with_proxies(
    main: dict[str, Any], settings: Mapping[str, Any]
) -> tuple[dict[str, Any], str | None]:
    rules, reason = [], None
    if (given := settings.get("proxy")) is not None:
        from ._proxies import ProxyRule, read_proxy

        proxy, reason = read_proxy(given)
        rules = [ProxyRule(proxy=proxy)]
    elif settings.get("trust_env", True) and not main.get("uds"):
        # A transport that was given is not the environment's business.
        if settings.get("transport") is None and _environment_may_name_proxies():
            from ._proxies import environment_rules

            rules = environment_rules()
    mounts = settings.get("mounts")
    if reason is not None or not (rules or mounts):
        return main, reason
    from ._given_connections import read_mounts

    return read_mounts(mounts or {}, main, rules)


def _environment_may_name_proxies() -> bool:
    if sys.platform in ("darwin", "win32"):  # where the system has such settings, too
        return True
    names = ("http_proxy", "https_proxy", "all_proxy")
    return any(os.environ.get(name) or os.environ.get(name.upper()) for name in names)


def _socket_path(given: Any) -> str:
    path = os.fspath(given)
    if not isinstance(path, str):
        raise TypeError(f"uds must be the path of a unix socket, not {type(given).__name__}")
    if not 0 < len(os.fsencode(path)) < 108:
        raise ValueError(f"uds must be a path of 1 to 107 bytes, not {path!r}")
    return path


def _address(given: Any) -> str:
    from ipaddress import ip_address

    try:
        return str(ip_address(given))
    except ValueError:
        raise ValueError(
            f"local_address must be an IP address of this machine, not {given!r}"
        ) from None


def _limits(given: Any) -> dict[str, Any]:
    if given is None:
        return {
            "max_connections": MAX_CONNECTIONS,
            "max_idle": MAX_KEEPALIVE_CONNECTIONS,
            "idle_expiry": KEEPALIVE_EXPIRY_SECONDS,
        }
    try:
        return {
            "max_connections": count(given.max_connections),
            "max_idle": count(given.max_keepalive_connections),
            "idle_expiry": given.keepalive_expiry,
        }
    except AttributeError:
        raise TypeError(f"limits must be httpx2.Limits, not {type(given).__name__}") from None


def _environment_trust() -> dict[str, Any]:
    named = {"ca_file": os.environ.get("SSL_CERT_FILE"), "ca_dir": os.environ.get("SSL_CERT_DIR")}
    return {setting: path for setting, path in named.items() if path}


def _system_trust() -> dict[str, Any] | None:
    """Whom the system trusts, whatever the environment says."""
    import ssl

    paths = ssl.get_default_verify_paths()
    found: dict[str, Any] = {}
    if os.path.isfile(paths.openssl_cafile):
        found["ca_file"] = paths.openssl_cafile
    if os.path.isdir(paths.openssl_capath):
        found["ca_dir"] = paths.openssl_capath
    return found or None


def _trust(verify: Any) -> dict[str, Any] | None:
    if verify is True:
        # Read now, as the official client does: clients made later may trust somebody else.
        return _environment_trust()
    if verify is False:
        return {"verify": False}
    if isinstance(verify, (str, os.PathLike)):
        path = os.fspath(verify)
        if not os.path.exists(path):
            raise FileNotFoundError(f"verify={path!r}: there is no such file or directory")
        return {"ca_dir" if os.path.isdir(path) else "ca_file": path}
    from ._tls_context import is_context, trust_of

    if not is_context(verify):
        raise TypeError(
            f"verify must be True, False, a path or an ssl.SSLContext, not {type(verify).__name__}"
        )
    return trust_of(verify)
