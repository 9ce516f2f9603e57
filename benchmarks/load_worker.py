"""The client of `load.py`: starts calls, then streams, on one client; measures when all are held.

usage: load_worker.py MODULE BASE_URL CALLS STREAMS HOLD
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import sys
import time
from typing import Any

import httpx2
from worker import resident_bytes


def question(number: int) -> dict[str, Any]:
    return {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": f"question {number}"}],
    }


def is_right(number: int, text: str) -> bool:
    return text == f'You said: "question {number}". This answer comes from the local mock server.'


async def call(client: Any, number: int, hold: float) -> bool:
    wait = {"X-Mock-Fault": f"delay={hold}"}
    done = await client.chat.completions.create(**question(number), extra_headers=wait)
    return is_right(number, done.choices[0].message.content)


async def stream(client: Any, number: int, opened: list[int]) -> bool:
    slow = {"X-Mock-Fault": "drip=2"}  # nineteen events
    text = ""
    events = await client.chat.completions.create(
        **question(number), stream=True, extra_headers=slow
    )
    async for chunk in events:
        if not text and chunk.choices[0].delta.content:
            opened.append(number)
        text += chunk.choices[0].delta.content or ""
    return is_right(number, text)


async def told() -> None:
    """Says that everything is started, waits until the server has it all."""
    print("started", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    gc.collect()


async def main(module: str, base_url: str, calls: int, streams: int, hold: float) -> None:
    package: Any = importlib.import_module(module)
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    timeout = httpx2.Timeout(600)
    connections = package.DefaultAsyncHttpx2Client(limits=limits, timeout=timeout)
    async with package.AsyncOpenAI(
        base_url=base_url, api_key="k", max_retries=0, timeout=600, http_client=connections
    ) as client:
        await call(client, 0, 0)
        await asyncio.to_thread(gc.collect)
        idle, start, cpu = resident_bytes(), time.monotonic(), time.process_time()
        tasks = [asyncio.ensure_future(call(client, n, hold)) for n in range(calls)]
        await told()
        with_calls = resident_bytes()
        opened: list[int] = []
        tasks += [asyncio.ensure_future(stream(client, calls + n, opened)) for n in range(streams)]
        while len(opened) < streams:
            await asyncio.sleep(0.05)
        await told()
        most = resident_bytes()
        right = sum(await asyncio.gather(*tasks))
        seconds, cpu = time.monotonic() - start, time.process_time() - cpu
        tasks.clear()
    gc.collect()
    figures = {"idle": idle, "most": most, "call": with_calls - idle, "stream": most - with_calls}
    figures |= {"right": right, "seconds": seconds, "cpu": cpu, "after": resident_bytes()}
    print(json.dumps(figures))


if __name__ == "__main__":
    numbers = map(int, sys.argv[3:5])
    asyncio.run(main(sys.argv[1], sys.argv[2], *numbers, float(sys.argv[5])))
