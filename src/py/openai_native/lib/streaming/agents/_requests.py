"""What goes with the requests of a session's helpers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from ...._types import Headers, Omit

_OWN_HEADERS = ("idempotency-key", "x-stainless-raw-response")


def request_options(extra_headers: Headers | None, timeout: Any) -> dict[str, Any]:
    """Options for every request: a key of the caller's is for the input alone."""
    headers = extra_headers
    if headers is not None:
        headers = {name: v for name, v in headers.items() if name.lower() not in _OWN_HEADERS}
    return {"extra_headers": headers, "timeout": timeout}


def input_key(idempotency_key: str | Omit, extra_headers: Headers | None) -> str | Omit:
    """The key of the input: from the headers in any case, else as given, else a new one."""
    for name, value in (extra_headers or {}).items():
        if name.lower() == "idempotency-key":
            return value
    return str(uuid4()) if isinstance(idempotency_key, Omit) else idempotency_key


def input_event(given: str | Iterable[Any]) -> dict[str, Any]:
    messages: list[Any] = []
    if not isinstance(given, str):
        messages = list(given)
    elif given:
        messages = [{"role": "user", "content": [{"type": "input_text", "text": given}]}]
    if not messages:
        raise ValueError("input must not be empty")
    return {"type": "agent.session.input.message", "input": messages}
