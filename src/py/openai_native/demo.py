"""The main job in a minute: stream one chat completion to the terminal, then run many at once.

Against the bundled local server, or with OPENAI_API_KEY set against the endpoint of that key.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import AsyncOpenAI, OpenAIError

PROMPT = "Say in three sentences why fast network clients matter."
LOCAL_CALLS, REAL_CALLS = 500, 20
# A real endpoint limits how much runs at once; the local server does not.
LOCAL_AT_ONCE, REAL_AT_ONCE = 500, 5
TOKENS_PER_SECOND = 100  # slow enough to see the local server's answer arrive
DEFAULT_MODEL = "gpt-4o-mini"


@dataclass
class Tally:
    """What the concurrent calls came to; times in seconds."""

    latencies: list[float] = field(default_factory=list)
    errors: list[OpenAIError] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def done(self) -> int:
        return len(self.latencies) + len(self.errors)

    def percentile(self, percent: int) -> float:
        """The nearest-rank percentile; 0 when no call succeeded."""
        if not self.latencies:
            return 0.0
        rank = -(-percent * len(self.latencies) // 100)
        return sorted(self.latencies)[max(rank, 1) - 1]


@contextlib.contextmanager
def endpoint() -> Iterator[AsyncOpenAI]:
    """A client of the user's own endpoint, or of a local server that lives as long as this."""
    if os.environ.get("OPENAI_API_KEY"):
        yield AsyncOpenAI()
        return
    from .mock import MockServer

    with MockServer(tokens_per_second=TOKENS_PER_SECOND) as server:
        yield AsyncOpenAI(base_url=server.base_url, api_key="local")


async def stream_one(client: AsyncOpenAI, model: str) -> float:
    """Prints the answer as it arrives; returns the seconds until its first piece."""
    # Types are imported at first use: that is not the network's time.
    from .types.chat import ChatCompletion, ChatCompletionChunk  # noqa: F401

    start, first = time.perf_counter(), 0.0
    stream = await client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": PROMPT}], stream=True
    )
    async for chunk in stream:
        text = chunk.choices[0].delta.content if chunk.choices else None
        if text:
            first = first or time.perf_counter() - start
            print(text, end="", flush=True)
    print()
    return first


async def run_many(client: AsyncOpenAI, model: str, calls: int, at_once: int) -> Tally:
    tally = Tally()
    slots = asyncio.Semaphore(at_once)

    async def one(number: int) -> None:
        async with slots:
            start = time.perf_counter()
            try:
                await client.chat.completions.create(
                    model=model,
                    messages=[{"role": "user", "content": f"Count to {number % 9 + 1}."}],
                )
            except OpenAIError as error:
                tally.errors.append(error)
            else:
                tally.latencies.append(time.perf_counter() - start)

    start = time.perf_counter()
    progress = asyncio.create_task(show_progress(tally, calls))
    try:
        await asyncio.gather(*(one(number) for number in range(calls)))
    finally:
        progress.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await progress
    tally.seconds = time.perf_counter() - start
    draw_progress(tally.done, calls)
    return tally


async def show_progress(tally: Tally, calls: int) -> None:
    while tally.done < calls:
        draw_progress(tally.done, calls)
        await asyncio.sleep(0.05)


def draw_progress(done: int, calls: int, width: int = 40) -> None:
    """One line that grows on a terminal; only its last state elsewhere."""
    terminal = sys.stdout.isatty()
    if not terminal and done < calls:
        return
    bar = "#" * (done * width // calls)
    end = "\n" if done == calls else ""
    print(f"{chr(13) * terminal}  [{bar:<{width}}] {done}/{calls}", end=end, flush=True)


def table(tally: Tally, first_token: float) -> str:
    rows = [
        ("calls", f"{tally.done}"),
        ("errors", f"{len(tally.errors)}"),
        ("p50 latency", f"{tally.percentile(50) * 1000:.1f} ms"),
        ("p99 latency", f"{tally.percentile(99) * 1000:.1f} ms"),
        ("time to first token", f"{first_token * 1000:.1f} ms"),
        ("calls per second", f"{tally.done / tally.seconds:.0f}"),
    ]
    return "\n".join(f"  {name:<20} {value:>12}" for name, value in rows)


async def run(client: AsyncOpenAI, calls: int | None) -> int:
    model = os.environ.get("OPENAI_MODEL") or DEFAULT_MODEL
    real = bool(os.environ.get("OPENAI_API_KEY"))
    calls = calls or (REAL_CALLS if real else LOCAL_CALLS)
    at_once = REAL_AT_ONCE if real else LOCAL_AT_ONCE
    async with client:
        where = str(client.base_url) if real else "the local server (set OPENAI_API_KEY for yours)"
        print(f"Streaming one chat completion of {model} from {where}:\n")
        first_token = await stream_one(client, model)
        fewer = f", few because {where} is not the local server" if real else ""
        print(f"\n{calls} chat completions, up to {at_once} at once{fewer}:")
        tally = await run_many(client, model, calls, at_once)
    print(table(tally, first_token))
    for error in tally.errors[:3]:
        print(f"  {type(error).__name__}: {error}")
    return 1 if tally.errors else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m openai_native demo", description=__doc__)
    parser.add_argument("--calls", type=int, help="how many calls to run at once")
    options = parser.parse_args(arguments)
    if options.calls is not None and options.calls < 1:
        parser.error("--calls must be 1 or more")
    with endpoint() as client:
        try:
            return asyncio.run(run(client, options.calls))
        except OpenAIError as error:
            print(
                f"\nThe endpoint did not answer: {type(error).__name__}: {error}", file=sys.stderr
            )
            return 1
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main())
