"""One entry of NO_PROXY, or one URL pattern of an HTTP client's mounts, as a rule."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import Any

from ._proxies import Proxy, ProxyRule

_ENTRY = re.compile(
    r"(?:(?P<scheme>all|https?)://)?"
    r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9.*_-]+))"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/(?P<prefix>[0-9]{1,3}))?/?",
    re.IGNORECASE,
)
_BARE_SIX = re.compile(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:/[0-9]{1,3})?")


def exception_of(entry: str) -> ProxyRule | None:
    """The origins that are reached without a proxy; None: it means none, and is ignored.

    A name covers itself and what is below it; ".name" and "*.name" only what is below. With a
    scheme, and for "localhost", a name covers itself alone.
    """
    if _BARE_SIX.fullmatch(entry):
        address, slash, prefix = entry.partition("/")
        entry = f"[{address}]{slash}{prefix}"
    if (found := _ENTRY.fullmatch(entry)) is None:
        return None
    scheme = (found["scheme"] or "all").lower()
    rule = ProxyRule("" if scheme == "all" else scheme, port=int(found["port"] or 0))
    if rule.port > 65535:
        return None
    if (within := _network(found["six"] or found["host"], found["prefix"])) is not None:
        return rule._replace(**within)
    host = (found["host"] or "").lower()
    if found["prefix"] or not host.strip("*."):
        return None
    exact = bool(found["scheme"]) or host == "localhost" or host.startswith("*.")
    if host.startswith(".") or not exact:
        host = f"*{host}"
    return rule._replace(**_named(host))


def rule_of_pattern(pattern: Any, proxy: Proxy | None) -> ProxyRule | None:
    """Of httpx2's `URLPattern`; None: it covers nothing that this client sends."""
    if pattern.scheme not in ("", "http", "https"):
        return None
    rule = ProxyRule(pattern.scheme, port=pattern.port or 0, proxy=proxy)
    if pattern.network is not None:
        network = pattern.network
        return rule._replace(
            extent="addresses", host=str(network.network_address), prefix=network.prefixlen
        )
    if not pattern.host:
        return rule
    return rule._replace(**(_network(pattern.host, None) or _named(pattern.host)))


def _network(host: str, prefix: str | None) -> dict[str, Any] | None:
    try:
        bits = ip_address(host).max_prefixlen
        network = ip_network(f"{host}/{prefix or bits}", strict=False)
    except ValueError:
        return None
    address = str(network.network_address)
    return {"extent": "addresses", "host": address, "prefix": network.prefixlen}


def _named(host: str) -> dict[str, Any]:
    if host.startswith("*."):
        return {"extent": "below", "host": host[2:]}
    if host.startswith("*"):
        return {"extent": "domain", "host": host[1:]}
    return {"extent": "same", "host": host}
