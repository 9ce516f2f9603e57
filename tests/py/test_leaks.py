"""Calls and streams given up at any moment, by the thousand: afterwards everything is as before."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest

from openai_native import APIError, AsyncOpenAI, DefaultAsyncHttpx2Client, _core
from openai_native.mock import MockServer

MESSAGES: Any = [{"role": "user", "content": "hi"}]
TOTAL = 5000
AT_ONCE = 120  # three times the connections: calls are given up in the queue, too
CONNECTIONS = 40

FAULTS = (
    *("delay=0.004", "drip=0.0003", "slow-head=0.00001", "hang", "hang=2", "gzip", "close"),
    *("disconnect=mid-body", "disconnect=reset", "truncate", "error-event=1", "no-done"),
)


@pytest.fixture
def own_server() -> Iterator[MockServer]:
    """A server whose counters count this test alone."""
    with MockServer(keep_requests=0) as running:
        yield running


@pytest.fixture
async def client(own_server: MockServer) -> AsyncIterator[AsyncOpenAI]:
    limits = httpx2.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    async with AsyncOpenAI(
        base_url=own_server.base_url,
        api_key="k",
        max_retries=0,
        http_client=DefaultAsyncHttpx2Client(limits=limits),
    ) as made:
        yield made


async def call(client: AsyncOpenAI, fault: str) -> None:
    await client.chat.completions.create(
        model="gpt-4o", messages=MESSAGES, extra_headers={"X-Mock-Fault": fault}
    )


async def stream(client: AsyncOpenAI, fault: str, left: int, how: str) -> None:
    """Reads `left` events and then stops in the given way."""
    events = await client.chat.completions.create(
        model="gpt-4o", messages=MESSAGES, stream=True, extra_headers={"X-Mock-Fault": fault}
    )
    if how == "drop":
        return
    async for _ in events:
        left -= 1
        if left > 0 or how == "read all":
            continue
        if how == "close":
            await events.close()
        elif how == "close from outside":
            closing = asyncio.ensure_future(events.close())
            with contextlib.suppress(StopAsyncIteration):
                await events.__anext__()
            await closing
        break


def random_work(client: AsyncOpenAI, fault: str, chance: random.Random) -> Any:
    if chance.random() < 0.5:
        return call(client, fault)
    how = chance.choice(("drop", "break", "close", "close from outside", "read all"))
    return stream(client, fault, chance.randrange(25), how)


async def storm(client: AsyncOpenAI, seed: int) -> Counter[str]:
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()

    async def one() -> str:
        fault = chance.choice(FAULTS) if chance.random() < 0.6 else ""
        task = asyncio.ensure_future(random_work(client, fault, chance))
        # Some are left alone, so that some come to their end on the slowest machine, too.
        patient = chance.random() < 0.2 and not fault.startswith("hang")
        limit = 600.0 if patient else chance.choice((0.0, 0.0005, 0.002, 0.01, 0.03))
        timer = asyncio.get_running_loop().call_later(limit, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            return "cancelled"
        except APIError:
            return "failed"
        finally:
            timer.cancel()
        return "done"

    async def worker(share: int) -> None:
        for _ in range(share):
            outcomes[await one()] += 1

    shares = [TOTAL // AT_ONCE + (number < TOTAL % AT_ONCE) for number in range(AT_ONCE)]
    await asyncio.gather(*map(worker, shares))
    return outcomes


def alive() -> dict[str, int]:
    gc.collect()
    live = _core.live_objects()
    return {name: live[name] for name in ("calls", "streams", "awaitables", "waiting")}


def taken() -> list[int]:
    """Descriptors and threads of this process, those of the server and the engine included."""
    return [len(os.listdir(f"/proc/self/{kind}")) for kind in ("fd", "task")]


async def until(reached: Callable[[], bool]) -> bool:
    for _ in range(500):
        if reached():
            return True
        await asyncio.sleep(0.01)
    return False


async def fill_the_pool(client: AsyncOpenAI, server: MockServer) -> None:
    """Every connection that the client may have works at the same time, and not one more."""
    tasks = [asyncio.ensure_future(call(client, "hang")) for _ in range(CONNECTIONS + 1)]
    assert await until(lambda: server.stats()["in_flight"] == CONNECTIONS), server.stats()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await until(lambda: server.stats()["connections_open"] == 0), server.stats()


@pytest.mark.http1
async def test_storm(client: AsyncOpenAI, own_server: MockServer) -> None:
    await fill_the_pool(client, own_server)
    await stream(client, "", 100, "read all")
    await fill_the_pool(client, own_server)
    before = taken()

    outcomes = await storm(client, seed=7)
    assert sum(outcomes.values()) == TOTAL
    assert min(outcomes.values()) > TOTAL / 50 and len(outcomes) == 3, outcomes

    assert await until(lambda: not any(alive().values())), alive()
    await fill_the_pool(client, own_server)
    assert await until(lambda: not any(_core.live_objects().values())), _core.live_objects()
    assert await until(lambda: taken() == before), (taken(), before)
