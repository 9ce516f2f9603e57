"""Libraries that replace the methods an HTTP library sends by: respx, vcr, instrumentations. They
would never see what goes over native connections, so calls go by the HTTP library meanwhile.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from typing import Any

_METHODS: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "httpx2": tuple(
        (f"httpx2.{module}", name, methods)
        for module, name, methods in (
            ("_client", "AsyncClient", ("send", "_send_single_request", "_transport_for_url")),
            ("_client", "Client", ("send", "_send_single_request", "_transport_for_url")),
            ("_transports.default", "AsyncHTTPTransport", ("handle_async_request",)),
            ("_transports.default", "HTTPTransport", ("handle_request",)),
        )
    ),
    "httpcore2": (
        ("httpcore2._async.connection_pool", "AsyncConnectionPool", ("handle_async_request",)),
        ("httpcore2._sync.connection_pool", "ConnectionPool", ("handle_request",)),
    ),
}


def watched(library: str) -> list[tuple[type, str, object]]:
    """(class, method, what is its own) of a library that has been imported. Called by the core,
    which compares before each call.
    """
    return [
        (owner, method, vars(owner).get(method) if own else None)
        for owner, method, own in _methods_of(library)
    ]


def replaced_method() -> str | None:
    """The first method that is not the library's own."""
    for library in _METHODS:
        for owner, method, own in _methods_of(library):
            if not own:
                return f"{library}.{owner.__name__}.{method}"
    return None


def _methods_of(library: str) -> Iterator[tuple[type, str, bool]]:
    for name, owner_name, methods in _METHODS[library]:
        module = sys.modules.get(name)
        owner: Any = getattr(module, owner_name, None)
        if isinstance(owner, type):
            for method in methods:
                yield owner, method, _is_own(vars(owner).get(method), module)


def _is_own(function: object, module: Any) -> bool:
    """By the file of its code: wrappers copy names and modules, not that."""
    return (
        isinstance(function, types.FunctionType)
        and function.__code__.co_filename == module.__file__
    )
