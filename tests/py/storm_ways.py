"""The ways in which callers give up calls and streams, each at a moment that chance picks."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from openai_native import APIError, AsyncOpenAI, OpenAI

MESSAGES: Any = [{"role": "user", "content": "hi"}]
FAULTS = (
    *("delay=0.004", "drip=0.0003", "slow-head=0.00001", "hang", "hang=2", "gzip", "close"),
    *("disconnect=mid-body", "disconnect=reset", "truncate", "error-event=1", "no-done"),
)
BATCH = 8  # calls that share a loop, or a client, that ends under them

Work = Coroutine[Any, Any, None]
Outcomes = Counter[str]
Options = dict[str, Any]  # of a client


def random_fault(chance: random.Random) -> str:
    return chance.choice(FAULTS) if chance.random() < 0.6 else ""


def request(fault: str) -> dict[str, Any]:
    return {
        "model": "gpt-4o",
        "messages": MESSAGES,
        "extra_headers": {"X-Mock-Fault": fault},
    }


# What is given up.


async def call(client: AsyncOpenAI, fault: str) -> None:
    await client.chat.completions.create(**request(fault))


async def read(client: AsyncOpenAI, fault: str, left: int, how: str) -> None:
    """Reads `left` events and then stops in the given way."""
    events = await client.chat.completions.create(stream=True, **request(fault))
    if how == "drop":
        return
    if how == "drop in a cycle":
        events.itself = events  # only the collector finds it
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


STOPS = ("drop", "drop in a cycle", "break", "close", "close from outside", "read all")


def random_work(client: AsyncOpenAI, chance: random.Random, fault: str) -> Work:
    if chance.random() < 0.5:
        return call(client, fault)
    return read(client, fault, chance.randrange(25), chance.choice(STOPS))


# How: one call of a loop that goes on.


async def cancelled(work: Work, limit: float) -> None:
    task = asyncio.ensure_future(work)
    timer = asyncio.get_running_loop().call_later(limit, task.cancel)
    try:
        await task
    finally:
        timer.cancel()


async def waited_for(work: Work, limit: float) -> None:
    await asyncio.wait_for(work, limit)


async def timed_out(work: Work, limit: float) -> None:
    async with asyncio.timeout(limit):
        await work


HOW: list[Callable[[Work, float], Awaitable[None]]] = [cancelled, waited_for]
if hasattr(asyncio, "timeout"):  # Python 3.11
    HOW.append(timed_out)


async def one(client: AsyncOpenAI, chance: random.Random) -> str:
    fault = random_fault(chance)
    # Some are left alone, so that some come to their end on the slowest machine, too.
    patient = chance.random() < 0.2 and not fault.startswith("hang")
    limit = 600.0 if patient else chance.choice((0.0, 0.0005, 0.002, 0.01, 0.03))
    try:
        await chance.choice(HOW)(random_work(client, chance, fault), limit)
    except asyncio.CancelledError:
        return "cancelled"
    except asyncio.TimeoutError:
        return "timed out"
    except APIError:
        return "failed"
    return "done"


# How: several calls whose loop or client ends. Each returns what became of them.


def loop_closed(client: AsyncOpenAI, chance: random.Random) -> Outcomes:
    """In a thread of its own: a loop that is closed while they run."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)
    tasks = [loop.create_task(_quiet(client, chance)) for _ in range(BATCH)]
    loop.run_until_complete(asyncio.sleep(chance.random() * 0.02))
    loop.close()
    outcomes = Counter(task.result() if task.done() else "loop closed" for task in tasks)
    for task in tasks:
        task._log_destroy_pending = False  # type: ignore[attr-defined]
    return outcomes


async def _quiet(client: AsyncOpenAI, chance: random.Random) -> str:
    stop = chance.choice(
        ("drop", "break", "close", "read all")
    )  # tasks of their own would complain
    fault = random_fault(chance)
    try:
        if chance.random() < 0.5:
            await call(client, fault)
        else:
            await read(client, fault, chance.randrange(25), stop)
    except APIError:
        return "failed"
    return "done"


def client_closed(options: Options, chance: random.Random) -> Outcomes:
    """A client that another thread closes."""

    async def main() -> Outcomes:
        client = AsyncOpenAI(**options)
        tasks = [asyncio.create_task(_quiet(client, chance)) for _ in range(BATCH)]
        await asyncio.sleep(chance.random() * 0.02)
        await asyncio.to_thread(asyncio.run, client.close())
        return Counter(await asyncio.gather(*tasks))

    return asyncio.run(main())


def threads_closed(options: Options, chance: random.Random) -> Outcomes:
    """Threads that wait, each for a call or a stream, while their client is closed."""
    client = OpenAI(**options)
    outcomes: list[str] = []

    def wait(fault: str, left: int) -> None:
        try:
            if left < 0:
                client.chat.completions.create(**request(fault))
            else:
                with client.chat.completions.create(stream=True, **request(fault)) as events:
                    for _, _ in zip(range(left), events, strict=False):
                        pass
        except APIError:
            outcomes.append("failed")
        except RuntimeError as error:  # a thread that came too late to begin its call
            assert "client has been closed" in str(error)
            outcomes.append("failed")
        else:
            outcomes.append("done")

    given = [(random_fault(chance), chance.randrange(-12, 12)) for _ in range(BATCH)]
    threads = [threading.Thread(target=wait, args=one) for one in given]
    for thread in threads:
        thread.start()
    time.sleep(chance.random() * 0.02)
    client.close()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def stream_closed(options: Options, chance: random.Random) -> Outcomes:
    """A thread that reads one stream after the other, each closed under it by this one."""
    outcomes: Outcomes = Counter()
    with OpenAI(**options) as client:
        for _ in range(BATCH):
            fault = chance.choice(("hang=2", "drip=0.001", ""))
            events = client.chat.completions.create(stream=True, **request(fault))
            reader = threading.Thread(target=lambda read=events: [None for _ in read])
            reader.start()
            time.sleep(chance.random() * 0.003)
            events.close()
            reader.join()
            outcomes["closed"] += 1
    return outcomes
