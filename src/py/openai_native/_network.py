"""Keywords of our clients beyond the official ones: how they connect, and how long or large a
call may get. `docs/network.md` says what each of them does.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    import ssl

    import httpx2

    from ._rate_limits import RateLimits


class NetworkOptions(TypedDict, total=False):
    # Of connections: a client that is given one of these makes its own HTTP client.
    http2: bool
    proxy: str | httpx2.URL | httpx2.Proxy | None
    verify: bool | str | os.PathLike[str] | ssl.SSLContext
    cert: Any
    uds: str | os.PathLike[str] | None
    local_address: str | None
    # Of calls: seconds, None for no limit; bytes, None for the default.
    deadline: float | None
    stream_idle_timeout: float | None
    first_event_timeout: float | None
    max_response_bytes: int | None
    limits: RateLimits | None


CONNECTION_OPTIONS = ("http2", "proxy", "verify", "cert", "uds", "local_address")
# The attribute of a client that holds each: it may be assigned to, as `timeout` may.
CALL_OPTIONS = {
    "deadline": "deadline",
    "stream_idle_timeout": "stream_idle_timeout",
    "first_event_timeout": "first_event_timeout",
    "max_response_bytes": "max_response_bytes",
    "limits": "_rate_limits",
}
MOST_BYTES = 4 << 30  # of an answer; what the connections allow by themselves


def connection_options(network: Mapping[str, Any], cls: type, method: str) -> dict[str, Any]:
    """Those of `network` that an HTTP client is made of; all names are known after this."""
    for name in network:
        if name not in CONNECTION_OPTIONS and name not in CALL_OPTIONS:
            function = getattr(cls, method).__qualname__
            raise TypeError(f"{function}() got an unexpected keyword argument {name!r}")
    return {name: network[name] for name in CONNECTION_OPTIONS if name in network}


def refuse_both(options: Mapping[str, Any], http_client: object) -> None:
    """An HTTP client that is given brings its own connections."""
    given = next((name for name, value in options.items() if value is not None), None)
    if given is not None and http_client is not None:
        raise ValueError(
            f"`{given}` and `http_client` are mutually exclusive: give `{given}` to the "
            "http_client, which makes the connections"
        )


def set_call_options(client: Any, network: Mapping[str, Any]) -> None:
    for name, attribute in CALL_OPTIONS.items():
        if name in network:
            setattr(client, attribute, network[name])


def inherit_call_options(client: Any, copied: Any, network: Mapping[str, Any]) -> None:
    """What a copy was not given, it has from the client that it was copied from."""
    for name, attribute in CALL_OPTIONS.items():
        value = network[name] if name in network else getattr(client, attribute)
        if value is not getattr(copied, attribute):
            setattr(copied, attribute, value)


def check_call_option(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "max_response_bytes":
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be a number of bytes or None, not {type(value).__name__}")
        if not 0 < value <= MOST_BYTES:
            raise ValueError(f"{name} must be from 1 to {MOST_BYTES} bytes (4 GiB), not {value}")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number of seconds or None, not {type(value).__name__}")
    if math.isnan(value) or value <= 0:
        raise ValueError(f"{name} must be more than 0 seconds, not {value}")
    return None if math.isinf(value) else value


# The extension of a request that native connections are to pace.
LIMITS = "openai_native_limits"


def pacing_of(limits: RateLimits | None) -> dict[str, Any]:
    """As the core takes it."""
    if limits is None:
        return {}
    return {"pacer": limits._pacer, "estimate": limits.estimate}


def check_rate_limits(value: Any) -> RateLimits | None:
    if value is None:
        return None
    from ._rate_limits import RateLimits

    if isinstance(value, RateLimits):
        return value
    kind = type(value).__name__
    raise TypeError(f"limits must be an openai_native.RateLimits or None, not {kind}")
