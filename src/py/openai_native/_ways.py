"""How the connections of an HTTP client of ours reach their origins: its keywords `proxy`,
`mounts`, `uds`, `local_address` and `trust_env`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

_ENVIRONMENT = ("http_proxy", "https_proxy", "all_proxy")


def check_way(settings: Mapping[str, Any]) -> None:
    for one, others in (
        ("uds", ("local_address", "proxy", "mounts", "transport")),
        ("local_address", ("transport",)),
    ):
        for other in others:
            if settings.get(one) is not None and settings.get(other) is not None:
                raise ValueError(f"{one} and {other} contradict each other: give one of them")


def own_way(settings: Mapping[str, Any]) -> dict[str, Any]:
    way: dict[str, Any] = {}
    if (uds := settings.get("uds")) is not None:
        way["uds"] = _socket_path(uds)
    if (address := settings.get("local_address")) is not None:
        way["local_address"] = _address(address)
    return way


def with_proxies(
    main: dict[str, Any], settings: Mapping[str, Any]
) -> tuple[dict[str, Any], str | None]:
    """`main` with rules for proxies, or why native connections cannot stand in."""
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
    if mounts:
        from ._given_connections import read_mounts

        return read_mounts(mounts, main, rules)
    from ._proxies import with_rules

    return with_rules(main, rules)


def _environment_may_name_proxies() -> bool:
    if sys.platform in ("darwin", "win32"):  # where the system has such settings, too
        return True
    return any(os.environ.get(name) or os.environ.get(name.upper()) for name in _ENVIRONMENT)


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
