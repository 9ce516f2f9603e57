"""Transports of a given HTTP client as settings of native connections, or why they cannot be.
Either library, either face. Imports httpx2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import httpx2
from httpx2._utils import URLPattern

from ._carrier import count, h2_use
from ._no_proxy import rule_of_pattern
from ._proxies import Proxy, ProxyRule, parse_proxy, read_proxy, with_rules, with_trust
from ._tls_context import trust_of
from ._tls_settings import NotCarried

Read = tuple[dict[str, Any], "str | None"]


def read_transport(transport: Any) -> Read:
    if type(transport) in (httpx2.AsyncHTTPTransport, httpx2.HTTPTransport):
        return _read_pool(transport._pool)
    if type(transport).__module__ == "openai._vendor.httpx_aiohttp.transport":
        return _read_aiohttp(transport)
    return {}, f"a transport of its own ({type(transport).__name__})"


def read_mounts(
    mounts: Mapping[Any, Any], main: dict[str, Any], others: Iterable[ProxyRule] = ()
) -> Read:
    """`main` with what the mounts of a client, and other rules, say about proxies."""
    rules: list[ProxyRule] = []
    for pattern, transport in mounts.items():
        proxy, reason = _mounted(transport, main)
        if reason is not None:
            return {}, reason
        if (rule := rule_of_pattern(_pattern(pattern), proxy)) is not None:
            rules.append(rule)
    return with_rules(main, [*rules, *others])


def _pattern(given: Any) -> URLPattern:
    return given if isinstance(given, URLPattern) else URLPattern(given)


def _mounted(transport: Any, main: dict[str, Any]) -> tuple[Proxy | None, str | None]:
    if transport is None:
        return None, None
    read, reason = read_transport(transport)
    if reason is not None:
        return None, reason
    rules = read.pop("proxies", None)
    if rules is None or any(main.get(name, value) != value for name, value in read.items()):
        return None, "mounts that are not proxies with the client's own settings"
    proxy: Proxy | None = rules[0].proxy
    return proxy, None


def _read_pool(pool: Any) -> Read:
    import httpcore2

    settings: dict[str, Any] = {}
    if type(pool) in (httpcore2.AsyncConnectionPool, httpcore2.ConnectionPool):
        settings = _way(pool._uds, pool._local_address)
        proxy, reason = None, None
    elif type(pool) in (httpcore2.AsyncHTTPProxy, httpcore2.HTTPProxy):
        proxy, reason = _http_proxy(pool)
    elif type(pool) in (httpcore2.AsyncSOCKSProxy, httpcore2.SOCKSProxy):
        proxy, reason = _socks_proxy(pool), None
    else:
        return {}, f"connections of its own ({type(pool).__name__})"
    if proxy is not None:
        settings["proxies"] = [ProxyRule(proxy=proxy)]
    reason = reason or _socket_reason(pool._socket_options, pool._retries)
    settings |= {
        "max_connections": count(pool._max_connections),
        "max_idle": count(pool._max_keepalive_connections),
        "idle_expiry": pool._keepalive_expiry,
        "socket_options": list(pool._socket_options or ()),
        "http2": h2_use(pool._http1, pool._http2),
    }
    return _with_trust(settings, pool._ssl_context, reason)


def _http_proxy(pool: Any) -> tuple[Proxy, str | None]:
    headers = [(name.decode("ascii"), value.decode("ascii")) for name, value in pool._proxy_headers]
    proxy = _proxy_at(pool._proxy_url)._replace(headers=tuple(headers))
    return with_trust(proxy, pool._proxy_ssl_context)


def _socks_proxy(pool: Any) -> Proxy:
    user, password = pool._proxy_auth or (b"", b"")
    return _proxy_at(pool._proxy_url)._replace(user=user.decode(), password=password.decode())


def _proxy_at(url: Any) -> Proxy:
    host = url.host.decode("ascii")
    at = f"[{host}]" if ":" in host else host
    port = "" if url.port is None else f":{url.port}"
    return parse_proxy(f"{url.scheme.decode('ascii')}://{at}{port}", "proxy")


def _read_aiohttp(transport: Any) -> Read:
    """The official client over aiohttp."""
    reason = "a client" if transport.client is not None else None
    settings = _way(transport.uds, transport.local_address)
    if transport.proxy is not None:
        proxy, uncarried = read_proxy(transport.proxy)
        reason = reason or uncarried
        settings["proxies"] = [ProxyRule(proxy=proxy)]
    limits = transport.limits
    settings |= {
        "max_connections": count(limits.max_connections),
        "max_idle": count(limits.max_keepalive_connections),
        "idle_expiry": limits.keepalive_expiry,
        "socket_options": list(transport.socket_options),
        "http2": h2_use(True, False),
    }
    reason = reason or _socket_reason(transport.socket_options, transport.retries)
    return _with_trust(settings, transport.ssl_context, reason)


def _way(uds: str | None, local_address: str | None) -> dict[str, Any]:
    given = {"uds": uds, "local_address": local_address}
    return {name: value for name, value in given.items() if value}


def _socket_reason(options: Any, retries: int) -> str | None:
    if retries:
        return "retries"
    if any(len(option) != 3 for option in options or ()):
        return "a socket option without a value"
    return None


def _with_trust(settings: dict[str, Any], context: Any, reason: str | None) -> Read:
    if reason is not None:
        return {}, reason
    try:
        return {**settings, **trust_of(context)}, None
    except NotCarried as told:
        return {}, f"{told} (verify= or cert=)"
