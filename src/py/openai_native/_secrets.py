"""Strings that go over the wire and are never shown: not in a traceback with its local variables,
nor in the repr of what holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REDACTED = "<redacted>"
# In the name of a header; the core leaves the same ones behind at a redirect to another origin.
_SIGNS = ("auth", "token", "secret", "key", "password", "credential", "cookie", "signature")


class Secret(str):
    """Like any other string, but for its repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        return REDACTED


def secret(value: Any) -> Any:
    """What is no string stays what it is: it will be refused by name."""
    return Secret(value) if type(value) is str else value


def is_secret(name: str) -> bool:
    lowered = name.lower()
    return lowered != "idempotency-key" and any(sign in lowered for sign in _SIGNS)


def veiled(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The same headers, those that are secrets by their names as such."""
    return {name: secret(value) if is_secret(name) else value for name, value in headers.items()}
