"""The exceptions of the HTTP libraries that are loaded: httpx2, and the httpx it came from."""

from __future__ import annotations

import ssl
import sys
from typing import Any

Classes = tuple[type[Exception], ...]


def _of_libraries(name: str) -> Classes:
    loaded: list[Any] = [sys.modules.get("httpx2"), sys.modules.get("httpx")]
    return tuple(getattr(library, name) for library in loaded if library is not None)


def timeouts() -> Classes:
    return _of_libraries("TimeoutException")


def late() -> Classes:
    """Those, and what ends a wait of our own (`_face.within`)."""
    return (TimeoutError, *timeouts())


def failures() -> Classes:
    """No usable response. Some failures of TLS reach the caller as they are."""
    anyio: Any = sys.modules.get("anyio")
    bare: Classes = (ssl.SSLError,) if anyio is None else (ssl.SSLError, anyio.EndOfStream)
    return (*_of_libraries("RequestError"), *bare)


def statuses() -> Classes:
    return _of_libraries("HTTPStatusError")


def consumed() -> Classes:
    return _of_libraries("StreamConsumed")


def is_response_class(kind: Any) -> bool:
    return kind in _of_libraries("Response")
