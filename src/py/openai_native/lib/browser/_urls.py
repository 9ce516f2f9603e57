"""What of a tab's URL the model is shown: never credentials, at most the origin where possible."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ._texts import fits

# fmt: off
_SECRETS = frozenset((
    "apikey", "accesstoken", "refreshtoken", "sessiontoken", "sessionid", "idtoken", "authtoken",
    "authorization", "token", "password", "clientsecret", "signingsecret", "sig", "signature",
    "xgoogsignature", "xgoogcredential", "xamzsecuritytoken", "xamzsignature", "xamzcredential",
))
# fmt: on
_AUTHORITY = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_UNUSABLE = re.compile(r"[\x00-\x20\x7f\\]")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DEFAULT_PORTS = {("http", 80), ("https", 443)}


class InvalidUrl(RuntimeError):
    def __init__(self) -> None:
        super().__init__("Browser URL is invalid.")


def origin_of(url: str) -> str:
    """The strict form, for drivers that report observations: scheme, host and port."""
    if not fits(url, None, allow_empty=False):
        raise InvalidUrl
    if url == "about:blank":
        return url
    found = _AUTHORITY.match(url)
    if not found or not found[1] or _UNUSABLE.search(found[1]):
        raise InvalidUrl
    host_port = found[1].rpartition("@")[2]
    if "%" in host_port:  # neither escaped hosts nor scoped addresses
        raise InvalidUrl
    import httpx2

    parsed = httpx2.URL(url[: found.start(1)] + host_port)
    host = _host(parsed.raw_host.decode("ascii").lower(), host_port)
    if parsed.port is not None and not 0 <= parsed.port <= 65535:
        raise InvalidUrl
    default = parsed.port is None or (parsed.scheme, parsed.port) in _DEFAULT_PORTS
    origin = f"{parsed.scheme}://{host}{'' if default else f':{parsed.port}'}"
    if not fits(origin, 2048, allow_empty=False):
        raise InvalidUrl
    return origin


def _host(host: str, host_port: str) -> str:
    if not host:
        raise InvalidUrl
    if ":" in host:
        return f"[{IPv6Address(host).compressed}]"
    labels = host.removesuffix(".").split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidUrl
    if _NUMBER.fullmatch(labels[-1]):
        # Browsers read such a host as an address; only its usual spelling is let through.
        address = str(IPv4Address(host))
        if host_port.split(":")[0] != address:
            raise InvalidUrl
        return address
    return host


def tab_origin(url: str) -> str:
    """The lenient form, for drivers without observations."""
    parsed = urlsplit(url)
    if url == "about:blank":
        return url
    if not parsed.scheme:
        raise InvalidUrl
    origin = f"{parsed.scheme}:"
    if parsed.scheme in ("http", "https"):
        authority = parsed.netloc.rpartition("@")[2]
        if not authority:
            raise InvalidUrl
        import httpx2

        known = httpx2.URL(f"{parsed.scheme}://{authority}")
        origin = f"{known.scheme}://{known.netloc.decode('ascii')}"
    if not fits(origin, 2048, allow_empty=False):
        raise InvalidUrl
    return origin


def without_secrets(url: str) -> str:
    """The URL without credentials and fragment, values of secret parameters hidden."""
    parsed = urlsplit(url)
    web = parsed.scheme in ("http", "https")
    if not parsed.scheme or (web and not (parsed.netloc and parsed.hostname)):
        raise InvalidUrl
    given = parse_qsl(parsed.query, keep_blank_values=True)
    shown = [(name, "***" if _secret(name) else value) for name, value in given]
    return urlunsplit(
        parsed._replace(
            netloc=parsed.netloc.rpartition("@")[2],
            query=parsed.query
            if not any(_secret(name) for name, _ in given)
            else urlencode(shown, safe="*"),
            fragment="",
        )
    )


def _secret(name: str) -> bool:
    bare = re.sub(r"[-_]", "", name.lower())
    return bare in _SECRETS or (bare.startswith("x") and bare[1:] in _SECRETS)
