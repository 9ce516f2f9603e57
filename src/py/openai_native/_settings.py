"""Checks and conversions of the client's settings: pure functions, errors at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ._constants import CONNECT_SECONDS, TIMEOUT_SECONDS
from ._network import CALL_OPTIONS
from ._types import Omit

if TYPE_CHECKING:
    import httpx2

Timeouts = tuple["float | None", "float | None", "float | None", "float | None"]

DEFAULT_BASE_URL = "https://api.openai.com/v1"
DEFAULT_TIMEOUTS: Timeouts = (CONNECT_SECONDS, TIMEOUT_SECONDS, TIMEOUT_SECONDS, TIMEOUT_SECONDS)

CALL_HOOKS = ("on_request", "on_response", "on_retry")
# Assigning one of these makes the core's copy of the settings stale.
NATIVE_SETTINGS = frozenset(
    {
        "api_key",
        "admin_api_key",
        "organization",
        "project",
        "base_url",
        "timeout",
        "max_retries",
        "_client",
        "_custom_headers",
        "_custom_query",
        "_api_key_provider",
        "_idempotency_header",
        "_azure_ad_token",
        "_azure_ad_token_provider",
        *CALL_HOOKS,
        *CALL_OPTIONS.values(),
    }
)


class Address(NamedTuple):
    """A base URL, taken apart once."""

    tls: bool
    host: str
    port: int
    path: str  # without the slash at its end
    query: str
    uds: str | None = None  # of http+unix://: the socket in place of host and port


# Whatever does not look like this goes through httpx2.URL, which knows IDNA and percent-encoding.
_PLAIN_URL = re.compile(
    r"(https?)://([a-z0-9._-]{1,254})(?::([0-9]{1,5}))?((?:/[A-Za-z0-9._~!$&'()*+,;=:@-]*)*)"
)

UNIX_SCHEME = "http+unix://"
_HOST = re.compile(r"[a-z0-9._-]{1,254}")  # with the dot that ends an absolute name


def parse_base_url(url: str | httpx2.URL) -> Address:
    text = str(url)
    if plain := _PLAIN_URL.fullmatch(text):
        scheme, host, port_text, path = plain.groups()
        port = int(port_text) if port_text else None
        query = ""
    else:
        if text.startswith(UNIX_SCHEME):
            return _parse_unix_url(text)
        scheme, host, port, path, query = _parse_any_url(text)
    if port is None:
        port = 443 if scheme == "https" else 80
    if not 0 < port < 65536:
        raise ValueError(f"Invalid `base_url` {text!r}: the port must be from 1 to 65535")
    return Address(scheme == "https", host, port, path.rstrip("/"), query)


def _parse_unix_url(text: str) -> Address:
    """http+unix://%2Frun%2Fapi.sock/v1: the path of the socket stands for the host."""
    from urllib.parse import unquote

    start, _, query = text[len(UNIX_SCHEME) :].partition("?")
    place, _, path = start.partition("/")
    socket = unquote(place)
    if not 0 < len(socket.encode()) < 108:
        raise ValueError(
            f"Invalid `base_url` {text!r}: the percent-encoded path of a unix socket, of at most "
            "107 bytes, must follow, for example 'http+unix://%2Frun%2Fapi.sock/v1'"
        )
    return Address(False, "localhost", 80, f"/{path}".rstrip("/"), query, socket)


def _parse_any_url(text: str) -> tuple[str, str, int | None, str, str]:
    import httpx2

    try:
        url = httpx2.URL(text)
    except (httpx2.InvalidURL, TypeError) as error:
        raise ValueError(f"Invalid `base_url` {text!r}: {error}") from None
    if url.scheme not in ("http", "https"):
        raise ValueError(
            f"Invalid `base_url` {text!r}: it must start with 'https://', 'http://' or "
            f"{UNIX_SCHEME!r}, "
            f"for example {DEFAULT_BASE_URL!r}"
        )
    if not url.host:
        raise ValueError(f"Invalid `base_url` {text!r}: the host name is missing")
    if url.userinfo:
        raise NotImplementedError(
            "A user name or password in `base_url` is not supported yet: pass `api_key`, or an "
            "Authorization header in `default_headers`"
        )
    host = host_of(url)
    if host is None:
        raise ValueError(f"Invalid `base_url` {text!r}: {url.host!r} is not a host name")
    path, _, query = url.raw_path.decode("ascii").partition("?")
    return url.scheme, host, url.port, path, query


def host_of(url: httpx2.URL) -> str | None:
    """Its host as the system knows it, if it can be one."""
    host = url.raw_host.decode("ascii")
    if _HOST.fullmatch(host):
        return host
    from ipaddress import IPv6Address

    address, _, zone = host.partition("%")
    zone = zone.removeprefix("25")  # in a URL "%25" stands for "%" (RFC 6874)
    try:
        IPv6Address(address)
    except ValueError:
        return None
    if "%" not in host:
        return host
    return f"{address}%{zone}" if _HOST.fullmatch(zone.lower()) else None


def with_trailing_slash(url: str) -> str:
    start, mark, query = url.partition("?")
    # "https://host" has a path already: "/".
    _, _, path = start.partition("://")[2].partition("/")
    return (start + "/" if path and not path.endswith("/") else start) + mark + query


def check_max_retries(value: object) -> int:
    if value is None:
        raise TypeError(
            "max_retries cannot be None. Use 0 to disable retries or a large integer for a larger "
            "retry budget."
        )
    if not isinstance(value, int):
        raise TypeError(f"max_retries must be a non-negative integer, not {type(value).__name__}")
    if value < 0:
        raise ValueError(f"max_retries must be a non-negative integer, not {value}")
    return value


def split_timeout(value: Any) -> Timeouts:
    """(connect, read, write, pool) of a number, None, a tuple or a `Timeout` (httpx2 or httpx)."""
    if value is None or _is_number(value):
        parts = (value,) * 4
    elif isinstance(value, tuple) and len(value) == 4:
        parts = value
    elif all(hasattr(value, name) for name in ("connect", "read", "write", "pool")):
        parts = (value.connect, value.read, value.write, value.pool)
    else:
        raise TypeError(
            "timeout must be a number of seconds, None or openai_native.Timeout, "
            f"not {type(value).__name__}"
        )
    connect, read, write, pool = (_seconds(part) for part in parts)
    return connect, read, write, pool


def httpx2_timeout(value: Any) -> httpx2.Timeout:
    """A `Timeout` of either library as one of httpx2."""
    import httpx2

    connect, read, write, pool = split_timeout(value)
    return httpx2.Timeout(connect=connect, read=read, write=write, pool=pool)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if not _is_number(value):
        raise TypeError(f"timeout must be a number of seconds, not {type(value).__name__}")
    if math.isnan(value) or value < 0:
        raise ValueError(f"timeout must be 0 or more seconds, not {value}")
    return None if math.isinf(value) else value


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def check_header_value(name: str, value: object, what: str = "header") -> str:
    """A value that can be sent. The message never shows it: it may be a secret."""
    if not isinstance(value, str):
        raise TypeError(f"{what} {name!r} must be a str, not {type(value).__name__}")
    if bad := _FORBIDDEN.search(value):
        raise ValueError(
            f"{what} {name!r} holds the control character {bad.group()!r} at position "
            f"{bad.start()}: remove it (a line end copied with a key?)"
        )
    if not value.isascii():
        position = next(i for i, letter in enumerate(value) if ord(letter) > 127)
        raise ValueError(f"{what} {name!r} holds a non-ASCII character at position {position}")
    return value


def check_mapping(name: str, value: object) -> None:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping, not {type(value).__name__}")


def check_headers(headers: Mapping[str, Any]) -> None:
    check_mapping("headers", headers)
    for name, value in headers.items():
        if not isinstance(name, str):
            raise TypeError(f"header names must be str, not {type(name).__name__}")
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is not a valid header name")
        if not isinstance(value, Omit):
            check_header_value(name, value)


def merge_headers(*mappings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Later mappings win, whatever the case of the name; `omit` removes."""
    merged: dict[str, tuple[str, str]] = {}
    for mapping in mappings:
        for name, value in mapping.items():
            if isinstance(value, Omit):
                merged.pop(name.lower(), None)
            else:
                merged[name.lower()] = (name, value)
    return list(merged.values())


def has_header(headers: Mapping[str, Any] | None, name: str) -> bool:
    return any(key.lower() == name for key in headers or ())


def parsed_headers(text: str | None) -> dict[str, str] | None:
    """A line each, `Name: value`."""
    if text is None:
        return None
    lines = (line.partition(":") for line in text.split("\n"))
    return {name.strip(): value.strip() for name, colon, value in lines if colon}
