"""One cell of the table in a process of its own: prints wall and CPU seconds a call as JSON.

usage: worker.py CLIENT unary|stream CONCURRENCY CALLS BASE_URL
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time

from clients import CLIENTS, BenchClient


def resident_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


async def spread(client: BenchClient, mode: str, concurrency: int, calls: int) -> int:
    """Makes `calls` calls, `concurrency` at a time; returns the chunks seen."""
    left = calls
    chunks = 0

    async def lane() -> None:
        nonlocal left, chunks
        while left > 0:
            left -= 1
            if mode == "stream":
                seen = await client.stream()
                chunks += seen
            else:
                await client.unary()

    await asyncio.gather(*(lane() for _ in range(concurrency)))
    return chunks


async def measure(name: str, mode: str, concurrency: int, calls: int, base_url: str) -> None:
    client = CLIENTS[name](base_url)
    await spread(client, mode, concurrency, concurrency)
    wall, cpu = time.perf_counter(), time.process_time()
    chunks = await spread(client, mode, concurrency, calls)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    units = chunks or calls
    print(json.dumps({"wall": wall / units, "cpu": cpu / units, "rss": resident_bytes()}))
    await client.close()


if __name__ == "__main__":
    asyncio.run(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]))
