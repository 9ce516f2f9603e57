"""1,000 calls against a local server with a rate limit: `limits=` next to a plain semaphore.

    python benchmarks/rate_limits.py [--calls 1000] [--per-minute 3000] [--official]

The server is a process of its own: a bucket that fills steadily, of a second's worth, and the
official headers. A call takes it 50 to 300 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

COMPLETION = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}
    ],
    "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6},
}


class LimitedServer:
    def __init__(self, per_minute: float, capacity: float) -> None:
        self._per_minute, self._capacity, self._level = per_minute, capacity, capacity
        self._last = self._first_served = self._last_served = 0.0
        self._served = self._refused = 0
        self._random = random.Random(7)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                size = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
                await reader.readexactly(int(size or 0))
                status, headers = self._judge(time.monotonic())
                if status == 200:
                    await asyncio.sleep(self._random.uniform(0.05, 0.3))
                body = json.dumps(COMPLETION if status == 200 else {"error": {"message": "slow"}})
                writer.write(f"HTTP/1.1 {status} R\r\n{headers}\r\n{body}".encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _judge(self, now: float) -> tuple[int, str]:
        rate = self._per_minute / 60
        self._level = min(self._capacity, self._level + (now - self._last) * rate)
        self._last = now
        status = 200 if self._level >= 1 else 429
        if status == 200:
            self._level -= 1
            self._served += 1
            self._first_served = self._first_served or now
            self._last_served = now
        else:
            self._refused += 1
        size = len(json.dumps(COMPLETION if status == 200 else {"error": {"message": "slow"}}))
        headers = {
            "content-type": "application/json",
            "content-length": size,
            "x-ratelimit-limit-requests": round(self._per_minute),
            "x-ratelimit-remaining-requests": int(self._level),
            "x-ratelimit-reset-requests": f"{(self._capacity - self._level) / rate * 1e3:.0f}ms",
        }
        if status == 429:
            headers["retry-after-ms"] = round((1 - self._level) / rate * 1e3) + 1
        return status, "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    def report(self) -> dict[str, float]:
        seconds = self._last_served - self._first_served
        permitted = self._capacity + seconds * self._per_minute / 60
        return {
            "served": self._served,
            "refused": self._refused,
            "seconds": seconds,
            "share": self._served / permitted,
        }


async def serve(per_minute: float, capacity: float) -> None:
    """Prints its address, and a report once its input ends."""
    limited = LimitedServer(per_minute, capacity)
    server = await asyncio.start_server(limited, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(json.dumps(limited.report()), flush=True)


@dataclass
class Way:
    name: str
    official: bool = False
    semaphore: int = 0
    limits: dict[str, Any] | None = None


def make_client(way: Way, base_url: str) -> Any:
    # Enough retries for the semaphores to get there in the end.
    options: dict[str, Any] = {"api_key": "k", "base_url": base_url, "max_retries": 50}
    if way.official:
        import openai

        return openai.AsyncOpenAI(**options)
    from openai_native import AsyncOpenAI, RateLimits

    if way.limits is not None:
        options["limits"] = RateLimits(**way.limits)
    return AsyncOpenAI(**options)


async def run(way: Way, calls: int, base_url: str) -> int:
    """The number of calls that failed."""
    gate = asyncio.Semaphore(way.semaphore) if way.semaphore else nullcontext()
    async with make_client(way, base_url) as client:

        async def call() -> None:
            async with gate:
                await client.chat.completions.create(
                    model="m", messages=[{"role": "user", "content": "Hello"}]
                )

        results = await asyncio.gather(*(call() for _ in range(calls)), return_exceptions=True)
    return sum(isinstance(each, BaseException) for each in results)


def measure(way: Way, given: argparse.Namespace) -> None:
    command = [sys.executable, __file__, "--serve", "--per-minute", str(given.per_minute)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None and server.stdout is not None
        base_url = f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        failed = asyncio.run(run(way, given.calls, base_url))
        server.stdin.close()
        told = json.loads(server.stdout.readline())
    share = f"{told['share']:.1%}"
    print(
        f"| {way.name} | {told['refused']} | {share} | {told['seconds']:.1f} | {failed} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--per-minute", type=int, default=3000)
    parser.add_argument("--official", action="store_true", help="the official client, too")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve(given.per_minute, given.per_minute / 60))
        return
    ways = [
        Way("limits=RateLimits()", limits={}),
        Way(
            "limits=RateLimits(requests_per_minute=)",
            limits={"requests_per_minute": given.per_minute},
        ),
        Way("asyncio.Semaphore(10)", semaphore=10),
        Way("asyncio.Semaphore(100)", semaphore=100),
    ]
    if given.official:
        ways.append(Way("openai, asyncio.Semaphore(100)", official=True, semaphore=100))
    print("| way | 429s | share of the permitted rate | seconds | calls that failed |")
    print("|---|---|---|---|---|")
    for way in ways:
        measure(way, given)


if __name__ == "__main__":
    main()
