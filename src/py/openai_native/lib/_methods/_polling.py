"""Asking again until something has come to its end."""

# Synchronous twin: _polling_sync.py (derived)

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Any

from ..._types import Omit
from ..._utils import is_given

_DEFAULT_INTERVAL_MS = 1000


def poll_headers(interval_ms: int | Omit, extra_headers: Any = None) -> dict[str, Any]:
    headers = {"X-Stainless-Poll-Helper": "true", **(extra_headers or {})}
    if is_given(interval_ms):
        headers["X-Stainless-Custom-Poll-Interval"] = str(interval_ms)
    return headers


def _no_limit() -> float:
    return math.inf


async def poll(
    resource: Any,
    retrieve: Callable[[], Awaitable[Any]],
    *,
    pending: Callable[[Any], bool],
    interval_ms: int | Omit,
    remaining: Callable[[], float] = _no_limit,
) -> Any:
    """What `retrieve` answers once it is not `pending` any more.

    Without an interval the first answer's `openai-poll-after-ms` is the interval. `remaining` says
    how many seconds are left, or raises.
    """
    while True:
        remaining()
        response = await retrieve()
        value = response.parse()
        if not pending(value):
            return value
        if not is_given(interval_ms):
            interval_ms = int(response.headers.get("openai-poll-after-ms", _DEFAULT_INTERVAL_MS))
        await resource._sleep(min(interval_ms / 1000, remaining()))
