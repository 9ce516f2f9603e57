"""Where a WebSocket goes and how. Of `websocket_connection_options`, the keywords of
`websockets.connect`, native connections take most; what they cannot do is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._settings import Address

# Of the library that the official client uses.
_MAX_QUEUE = 16
_SECONDS = {"open_timeout": 10, "close_timeout": 10, "ping_interval": 20, "ping_timeout": 20}
# Windows of 12 bits, which are kept from message to message.
_DEFLATE = (12, 12, False, False)
# Keyword -> the values that ask for nothing.
_UNUSED: dict[str, tuple[object, ...]] = {
    "sock": (None,),
    "server_hostname": (None,),
    "local_addr": (None,),
    "create_connection": (None,),
    "process_exception": (None,),
}
# Settings of buffers and of logging that native connections have no use for.
_IGNORED = frozenset({"write_limit", "logger"})


def native_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords for the core's `WebSocket`, and `headers` to add; `proxy` stays out."""
    options = dict(given)
    max_size = options.pop("max_size", None)
    if isinstance(max_size, tuple):
        max_size = max_size[0]
    high, low = _marks(options.pop("max_queue", _MAX_QUEUE))
    native = {"max_size": max_size, "deflate": _deflate(options, max_size)}
    native |= {"high": high, "low": low}
    for name, default in _SECONDS.items():
        native[name] = options.pop(name, default)
    native["headers"] = _headers(options)
    native.update(_trust(options.pop("ssl", None)))
    for name, value in options.items():
        if name in _UNUSED:
            if value not in _UNUSED[name]:
                raise _not_carried(name)
        elif name not in _IGNORED and name != "proxy":
            raise TypeError(f"connect() got an unexpected keyword argument {name!r}")
    return native


def _not_carried(name: str) -> NotImplementedError:
    return NotImplementedError(
        f"`websocket_connection_options` with {name} is not supported: native connections cannot "
        "carry it over. Leave it out"
    )


def _deflate(options: dict[str, Any], max_size: int | None) -> tuple[int, int, bool, bool] | None:
    # As the official client: compression only where the size of what it inflates to is limited.
    compression = options.pop("compression", None if max_size is None else "deflate")
    if compression not in (None, "deflate"):
        raise ValueError(f"unsupported compression: {compression}")
    extensions = list(options.pop("extensions", None) or ())
    if not extensions:
        return None if compression is None else _DEFLATE
    # A `ClientPerMessageDeflateFactory` of that library; it comes before `compression`.
    (factory, *more) = extensions
    if more or getattr(factory, "name", None) != "permessage-deflate":
        raise _not_carried("extensions other than one permessage-deflate")
    if getattr(factory, "compress_settings", None):
        raise _not_carried("extensions whose compress_settings are set")
    bits = [factory.server_max_window_bits, factory.client_max_window_bits]
    server, client = (15 if each is None or each is True else each for each in bits)
    return server, client, factory.server_no_context_takeover, factory.client_no_context_takeover


def _marks(value: Any) -> tuple[int | None, int | None]:
    if not isinstance(value, tuple):
        return value, None
    high, low = value
    return high, low


def _trust(context: Any) -> dict[str, Any]:
    from ._tls_context import trust_of
    from ._tls_settings import NotCarried

    if context is None or context is True:
        return {}
    try:
        return trust_of(context)
    except NotCarried as reason:
        raise NotImplementedError(
            f"`websocket_connection_options` with `ssl`: {reason} is not supported; set "
            "SSL_CERT_FILE, or pass http_client=DefaultAsyncHttpxClient(verify=...)"
        ) from None


def _headers(options: dict[str, Any]) -> list[tuple[str, str]]:
    headers = []
    if (origin := options.pop("origin", None)) is not None:
        headers.append(("Origin", origin))
    if subprotocols := options.pop("subprotocols", None):
        headers.append(("Sec-WebSocket-Protocol", ", ".join(subprotocols)))
    return headers


def way_of(proxy: Any, usual: Mapping[str, Any]) -> dict[str, Any]:
    """How to reach the host. `proxy`: True for the client's own way, None for none, or a URL."""
    if proxy is True:
        return dict(usual)
    from ._proxies import ProxyRule, parse_proxy

    setting = "`proxy` of websocket_connection_options"
    if proxy is not None and not isinstance(proxy, str):
        raise TypeError(f"{setting} must be a URL, True or None, not {type(proxy).__name__}")
    rules = [] if proxy is None else [ProxyRule(proxy=parse_proxy(proxy, setting))]
    return {**usual, "proxies": rules}


def parse_url(text: str) -> Address:
    """`path`: as it is sent, with the query."""
    import httpx2

    url = httpx2.URL(text)
    if url.scheme not in ("ws", "wss") or not url.host:
        raise ValueError(f"{text} is not a WebSocket address: it must start with wss:// or ws://")
    tls = url.scheme == "wss"
    return Address(tls, url.host, url.port or (443 if tls else 80), url.raw_path.decode(), "")
