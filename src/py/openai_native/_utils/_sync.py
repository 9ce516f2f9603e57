"""Blocking functions for asynchronous callers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")


async def to_thread(func: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
    import asyncio

    return await asyncio.to_thread(func, *args, **kwargs)


def asyncify(function: Callable[_P, _R]) -> Callable[_P, Awaitable[_R]]:
    """An asynchronous function that runs `function` in a thread."""

    async def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        return await to_thread(function, *args, **kwargs)

    return wrapper
