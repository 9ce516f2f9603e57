"""A limiter that awaits the coroutine it is given, under a semaphore and a pace."""

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

from openai_native import AsyncOpenAI

T = TypeVar("T")


class RateLimiter:
    def __init__(self, max_concurrent: int, per_second: float) -> None:
        self._semaphore = asyncio.Semaphore(max_concurrent)
        self._interval = 1 / per_second
        self._next = 0.0

    async def run(self, call: Awaitable[T]) -> T:
        async with self._semaphore:
            now = time.monotonic()
            self._next = max(self._next + self._interval, now)
            await asyncio.sleep(self._next - now)
            return await call


async def main() -> None:
    client = AsyncOpenAI()
    limiter = RateLimiter(max_concurrent=5, per_second=200)
    completions = await asyncio.gather(
        *(
            limiter.run(
                client.chat.completions.create(
                    model="gpt-4o-mini", messages=[{"role": "user", "content": f"Number {i}"}]
                )
            )
            for i in range(20)
        )
    )
    print(len(completions), "answers,", sum(c.usage.total_tokens for c in completions), "tokens")
    await client.close()


asyncio.run(main())
