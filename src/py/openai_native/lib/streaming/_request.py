"""A request that a helper stream sends when it is opened."""

# Synchronous twin: _request_sync.py (by hand)

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

_T = TypeVar("_T")

AsyncRequest = Awaitable[_T]


def prepare(method: Callable[..., AsyncRequest[_T]], *args: Any, **kwargs: Any) -> AsyncRequest[_T]:
    return method(*args, **kwargs)


async def send(request: AsyncRequest[_T]) -> _T:
    return await request
