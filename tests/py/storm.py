"""A storm of calls and streams that are given up at random moments, and what is left of it.

usage: storm.py [--calls N] [--rounds N] [--seed N] [--over h1|h2]

Afterwards: full capacity, no live object, no connection at the server, flat memory.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import random
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import httpx2

from flatness import resident, rise, taken
from h2_servers import in_front_of
from openai_native import AsyncOpenAI, DefaultAsyncHttpx2Client, _core
from openai_native.mock import MockServer
from storm_ways import (
    BATCH,
    MESSAGES,
    Options,
    Outcomes,
    client_closed,
    loop_closed,
    one,
    stream_closed,
    threads_closed,
)

AT_ONCE = 120  # three times the connections of HTTP/1.1: calls are given up in the queue, too
BATCHES_AT_ONCE = 3
# Of the calls, how many end with their loop, their client or their stream.
BATCHED = 0.15


@dataclass
class Target:
    """A server with the storm's own counters, and how many calls it can be at for one client."""

    server: MockServer
    base_url: str
    connections: int
    capacity: int
    verify: Any = True

    def options(self, **more: Any) -> Options:
        return {"base_url": self.base_url, "api_key": "k", "max_retries": 0, **more}

    def client(self) -> AsyncOpenAI:
        limits = httpx2.Limits(
            max_connections=self.connections, max_keepalive_connections=self.connections
        )
        http_client = DefaultAsyncHttpx2Client(limits=limits, verify=self.verify)
        return AsyncOpenAI(**self.options(http_client=http_client))


@contextlib.contextmanager
def over_h1() -> Iterator[Target]:
    with MockServer(keep_requests=0) as server:
        yield Target(server, server.base_url, 40, 40)


@contextlib.contextmanager
def over_h2(root: Path) -> Iterator[Target]:
    """Through nghttpx, which lets a connection carry a hundred calls."""
    with MockServer(keep_requests=0) as server:
        port = urlsplit(server.base_url).port
        assert port is not None
        with in_front_of(port, "nghttpx", root, "h2") as front:
            yield Target(server, front.url, 4, 400, front.ca_file)


async def storm(target: Target, client: AsyncOpenAI, calls: int, seed: int) -> Outcomes:
    """Makes that many calls; returns what became of them."""
    chance = random.Random(seed)
    outcomes: Outcomes = Counter()
    batches = int(calls * BATCHED / BATCH)

    async def lane(share: int) -> None:
        for _ in range(share):
            outcomes[await one(client, chance)] += 1

    def batch(number: int) -> Outcomes:
        own = random.Random(f"{seed}.{number}")
        way: Callable[[Any, random.Random], Outcomes]
        way = (loop_closed, client_closed, threads_closed, stream_closed)[number % 4]
        return way(client if way is loop_closed else target.options(verify=target.verify), own)

    def threads() -> Outcomes:
        with ThreadPoolExecutor(BATCHES_AT_ONCE) as pool:
            return sum(pool.map(batch, range(batches)), Counter())

    left = calls - batches * BATCH
    shares = [left // AT_ONCE + (number < left % AT_ONCE) for number in range(AT_ONCE)]
    *_, batched = await asyncio.gather(*map(lane, shares), asyncio.to_thread(threads))
    return outcomes + batched


async def until(reached: Callable[[], bool]) -> bool:
    for _ in range(1000):
        if reached():
            return True
        await asyncio.sleep(0.01)
    return False


def alive() -> dict[str, int]:
    """What lives of calls; idle connections may."""
    gc.collect()
    live = _core.live_objects()
    return {name: live[name] for name in ("calls", "streams", "awaitables", "waiting")}


async def fill(target: Target, client: AsyncOpenAI) -> None:
    """Every call that the limits allow is under way at the same time, and not one more."""
    server = target.server

    async def hang() -> None:
        await client.chat.completions.create(
            model="gpt-4o", messages=MESSAGES, extra_headers={"X-Mock-Fault": "hang"}
        )

    tasks = [asyncio.ensure_future(hang()) for _ in range(target.capacity + 1)]
    reached = await until(lambda: server.stats()["in_flight"] == target.capacity)
    assert reached, (target.capacity, server.stats())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    # HTTP/1.1 ends a call by its connection; nghttpx drops what it had open for the call.
    assert await until(lambda: server.stats()["in_flight"] == 0), server.stats()
    assert await until(lambda: server.stats()["connections_open"] == 0), server.stats()


async def settle(target: Target, client: AsyncOpenAI) -> None:
    """Everything is as it was before: nothing lives, and the whole capacity is there."""
    assert await until(lambda: not any(alive().values())), alive()
    await fill(target, client)


async def rounds(target: Target, calls: int, count: int, seed: int) -> None:
    memory, traced, total = [], [], Counter[str]()
    async with target.client() as client:
        await settle(target, client)
        for number in range(count):
            started = time.monotonic()
            outcomes = await storm(target, client, calls // count, seed + number)
            total += outcomes
            await settle(target, client)
            memory.append(resident())
            traced.append(tracemalloc.get_traced_memory()[0])
            print(
                f"round {number + 1}/{count}: {sum(outcomes.values()):,} calls in"
                f" {time.monotonic() - started:.0f} s, {memory[-1] / 2**20:.1f} MiB resident,"
                f" {traced[-1] / 2**10:,.0f} KiB traced, fds and threads {taken()}",
                flush=True,
            )
    assert await until(lambda: not any(_core.live_objects().values())), _core.live_objects()
    print(f"{sum(total.values()):,} calls: " + ", ".join(f"{n} {c:,}" for n, c in total.items()))
    warm = count // 4
    for name, values in (("resident", memory[warm:]), ("traced", traced[warm:])):
        up, level = rise(values), median(values)
        print(f"{name}: {up / 2**10:+,.0f} KiB over {len(values)} rounds ({up / level:+.2%})")
    assert rise(traced[warm:]) < 256 * 2**10, "Python's memory grows"
    assert rise(memory[warm:]) < 0.05 * median(memory[warm:]) + 2**20, "memory grows"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--over", choices=("h1", "h2"), default="h1")
    options = parser.parse_args()
    tracemalloc.start()
    with tempfile.TemporaryDirectory() as root:
        over = over_h1() if options.over == "h1" else over_h2(Path(root))
        with over as target:
            asyncio.run(rounds(target, options.calls, options.rounds, options.seed))


if __name__ == "__main__":
    main()
