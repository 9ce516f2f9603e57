"""Several calls at once, not more than a few at a time."""

# Synchronous twin: _concurrently_sync.py (by hand)

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

_T = TypeVar("_T")


async def call_for_each(
    calls: Sequence[Callable[[], Awaitable[_T]]], max_concurrency: int
) -> list[_T]:
    """The results in the order in which they came. The first error ends all the others."""
    if max_concurrency < 1:
        raise ValueError("max_concurrency must be greater than 0")
    results: list[_T] = []
    places = asyncio.Semaphore(max_concurrency)

    async def run(call: Callable[[], Awaitable[_T]]) -> None:
        async with places:
            results.append(await call())

    tasks = [asyncio.ensure_future(run(call)) for call in calls]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
    return results
