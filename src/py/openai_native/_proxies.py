"""Proxies and which origins are reached through them: what the environment, `proxy=` and the mounts
of a given HTTP client come to, as rules for the native connections.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ._settings import host_of

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
# Whatever does not look like this goes through httpx2.URL, which knows IDNA and percent-encoding.
_PLAIN_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?:(?P<user>[^\x00-\x20:/?#\x7f-\U0010ffff]*)"
    r"(?::(?P<password>[^\x00-\x20/?#\x7f-\U0010ffff]*))?@)?"
    r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?/?"
)


class Proxy(NamedTuple):
    scheme: str
    host: str
    port: int
    user: str = ""  # these two: of SOCKS
    password: str = ""
    headers: tuple[tuple[str, str], ...] = ()  # of HTTP, with the credentials
    trust: Mapping[str, Any] = MappingProxyType({})  # where the proxy is spoken to over TLS

    def __repr__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


class ProxyRule(NamedTuple):
    """The origins of one pattern. Of sorted rules, the first that covers an origin decides."""

    scheme: str = ""  # "http", "https"; empty: both
    extent: str = "all"  # or "same", "below", "domain" of `host`, or "addresses" of a network
    host: str = ""
    prefix: int = 0
    port: int = 0  # 0: any
    proxy: Proxy | None = None

    def priority(self) -> tuple[int, int, int, int, int]:
        """Sorts rules from special to general, in the official client's order."""
        kind = {"all": 2, "addresses": 1}.get(self.extent, 0)
        size = 2 ** ((128 if ":" in self.host else 32) - self.prefix) if kind == 1 else 0
        stars = {"below": 2, "domain": 1}.get(self.extent, 0)
        length = len(self.host) + stars if kind == 0 else 0
        return (self.port == 0, kind, size, -length, -len(self.scheme))

    def __repr__(self) -> str:
        start = {"all": "*", "below": "*.", "domain": "*"}.get(self.extent, "")
        end = f"/{self.prefix}" if self.extent == "addresses" else ""
        port = f":{self.port}" if self.port else ""
        to = "no proxy" if self.proxy is None else repr(self.proxy)
        return f"{self.scheme or 'all'}://{start}{self.host}{end}{port} -> {to}"


def parse_proxy(url: Any, setting: str) -> Proxy:
    """`setting` is named if it is wrong; what it holds is not shown, it may be a password."""
    text = str(url)
    if plain := _PLAIN_URL.fullmatch(text):
        scheme, host, port = plain["scheme"].lower(), plain["host"].strip("[]"), plain["port"]
        user, password = plain["user"] or "", plain["password"] or ""
        if "%" in user or "%" in password:
            from urllib.parse import unquote

            user, password = unquote(user), unquote(password)
    else:
        scheme, host, port, user, password = _parse_any_url(text, setting)
    if scheme not in _PORTS:
        raise ValueError(
            f"{setting}: {scheme!r} is not a scheme of proxies: use 'http://', 'https://', "
            "'socks5://' or 'socks5h://'"
        )
    number = int(port) if port is not None else _PORTS[scheme]
    if not 0 < number < 65536:
        raise ValueError(f"{setting}: the port must be from 1 to 65535, not {number}")
    proxy = Proxy(scheme, host.lower(), number)
    if scheme == "https":
        from ._tls_settings import environment_trust

        proxy = proxy._replace(trust=environment_trust())
    return _with_credentials(proxy, user, password, setting)


def _parse_any_url(text: str, setting: str) -> tuple[str, str, int | None, str, str]:
    import httpx2

    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, TypeError) as error:
        # The library's message may quote what it was given.
        raise ValueError(f"{setting} is not a URL ({type(error).__name__})") from None
    host = host_of(url)
    if not url.scheme or host is None:
        raise ValueError(
            f"{setting} is not the URL of a proxy: it must look like 'http://host:port', with a "
            "scheme and the name of a host"
        )
    return url.scheme, host, url.port, url.username, url.password


def _with_credentials(proxy: Proxy, user: str, password: str, setting: str) -> Proxy:
    if not user and not password:
        return proxy
    if proxy.scheme in ("http", "https"):
        from base64 import b64encode

        told = b64encode(f"{user}:{password}".encode()).decode("ascii")
        return proxy._replace(headers=(("Proxy-Authorization", f"Basic {told}"), *proxy.headers))
    if not (0 < len(user.encode()) < 256 and 0 < len(password.encode()) < 256):
        raise ValueError(f"{setting}: user name and password have 1 to 255 bytes each with SOCKS")
    return proxy._replace(user=user, password=password)


def read_proxy(given: Any, setting: str = "proxy") -> tuple[Proxy, str | None]:
    """A URL, or a `Proxy` of either HTTP library; and why native connections cannot use it."""
    kinds = [getattr(sys.modules.get(name), "URL", str) for name in ("httpx2", "httpx")]
    if isinstance(given, (str, *kinds)):
        return parse_proxy(given, setting), None
    try:
        url, auth, headers, context = given.url, given.auth, given.headers, given.ssl_context
    except AttributeError:
        raise TypeError(
            f"{setting} must be a URL or an httpx2.Proxy, not {type(given).__name__}"
        ) from None
    proxy = parse_proxy(url, setting)
    proxy = proxy._replace(headers=proxy.headers + tuple(headers.items()))
    if auth is not None:
        user, password = auth
        proxy = _with_credentials(proxy, user, password, setting)
    return with_trust(proxy, context)


def with_trust(proxy: Proxy, context: Any) -> tuple[Proxy, str | None]:
    if context is None:
        return proxy, None
    from ._tls_context import trust_of
    from ._tls_settings import NotCarried

    try:
        return proxy._replace(trust=trust_of(context)), None
    except NotCarried as reason:
        return proxy, f"a proxy with {reason}"


def environment_rules() -> list[ProxyRule]:
    """What HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say now, with the official client's
    rules.
    """
    from urllib.request import getproxies

    found = getproxies()
    exceptions = [entry.strip() for entry in found.get("no", "").split(",")]
    if "*" in exceptions:
        return []
    rules = []
    for scheme in ("http", "https", "all"):
        if url := found.get(scheme):
            name = f"{scheme.upper()}_PROXY"
            proxy = parse_proxy(url if "://" in url else f"http://{url}", name)
            rules.append(ProxyRule("" if scheme == "all" else scheme, proxy=proxy))
    if rules:
        from ._no_proxy import exception_of

        rules += filter(None, map(exception_of, exceptions))
    return rules


def with_rules(
    main: dict[str, Any], rules: Iterable[ProxyRule]
) -> tuple[dict[str, Any], str | None]:
    """Settings of native connections with these rules before their own."""
    # Of equals the first stays first.
    ordered = sorted(rules, key=ProxyRule.priority)
    if ordered and main.get("uds"):
        return {}, "a unix socket beside proxies"
    found = [*ordered, *main.get("proxies", ())]
    return ({**main, "proxies": found} if found else main), None
