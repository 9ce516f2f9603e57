"""Reads iterators to their end, for what happens on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any


def consume_sync_iterator(iterator: Iterator[Any]) -> None:
    for _ in iterator:
        pass


async def consume_async_iterator(iterator: AsyncIterator[Any]) -> None:
    async for _ in iterator:
        pass
