"""One case of the matrix, in the asynchronous form; the other one is derived."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from httpx2 import Timeout

import operations
from cases import FLIGHT, OPERATIONS, Case
from judging import verdict
from openai_native import AsyncOpenAI, DefaultAsyncHttpx2Client
from peer import Peer
from sessions import Answer

PATIENT = 20.0
CLOCK = 0.5  # the one that has to end the case
SIGNATURE_VARIES = 16


@dataclass
class Bench:
    """What a worker needs for its cases."""

    peer: Peer
    authority: str | None
    file: Path
    good: dict[str, list[Any]]
    flight: int = 0  # bytes of the server's first TLS flight


def made(case: Case, bench: Bench) -> AsyncOpenAI:
    connections: dict[str, Any] = {"verify": bench.authority} if bench.authority else {}
    if case.protocol == "h2":
        connections["http1"] = False
    return AsyncOpenAI(
        base_url=bench.peer.url,
        api_key="k",
        max_retries=0,
        timeout=PATIENT,
        deadline=PATIENT * 2,
        http_client=DefaultAsyncHttpx2Client(**connections),
    )


def clocks(case: Case) -> Timeout:
    impatient = {
        name: CLOCK
        for name in ("connect", "read", "write")
        if f"APITimeoutError {name}" in case.expected
    }
    if "APITimeoutError" in case.expected:
        impatient |= {"read": CLOCK, "write": CLOCK}
    return Timeout(PATIENT, **impatient)


def answers_of(case: Case) -> list[Answer]:
    answers = list(OPERATIONS[case.operation].answers)
    number = case.fault.exchange
    if case.again:
        answers.insert(number, answers[number])
    if case.instead is not None:
        answers.insert(number, case.instead)  # once only
    return answers


async def good_call(client: AsyncOpenAI, case: Case, bench: Bench) -> list[Any]:
    seen: list[Any] = []
    bench.peer.arm(OPERATIONS[case.operation].answers)
    await getattr(operations, case.operation)(client, seen, bench.file)
    return seen


def lost_slots(client: Any) -> str:
    """The engine lets go of a call a moment after its result is there."""
    until = time.monotonic() + 5
    while True:
        stats = client.stats()
        if not stats.in_flight and not stats.waiting and stats.open == stats.idle:
            return ""
        if time.monotonic() > until:
            return f" a slot is lost: {stats}"
        time.sleep(0.002)


async def know_the_good(case: Case, bench: Bench) -> None:
    async with made(case, bench) as client:
        bench.good[case.operation] = await good_call(client, case, bench)
        bench.flight = bench.peer.ledger.said.get("tls", 0)


async def exercise(case: Case, bench: Bench) -> str:
    """Empty, or what was not as it has to be."""
    if case.operation not in bench.good:
        await know_the_good(case, bench)
    peer, good = bench.peer, bench.good[case.operation]
    peer.wait_for_goodbyes()
    async with made(case, bench) as client:
        if case.state == "kept":
            await good_call(client, case, bench)
        wrong = await hostile_call(client, case, bench)
        try:
            if await good_call(client, case, bench) != good:
                wrong += " the next call: another result"
        except Exception as error:
            wrong += f" the next call: {error!r}"
        wrong += lost_slots(client)
    return wrong.strip()


async def hostile_call(client: AsyncOpenAI, case: Case, bench: Bench) -> str:
    seen, caught = list[Any](), None
    fault = case.fault
    if fault.phase == "tls":
        # Signatures differ by some bytes from one handshake to the next.
        at = min(fault.at * bench.flight // FLIGHT, bench.flight - SIGNATURE_VARIES)
        fault = replace(fault, at=at)
    bench.peer.arm(answers_of(case), fault)
    operations.IMPATIENT.set(case.expected)
    try:
        hostile = client.with_options(timeout=clocks(case))
        await getattr(operations, case.operation)(hostile, seen, bench.file)
    except Exception as error:
        caught = error
    operations.IMPATIENT.set(())
    return verdict(case, caught, seen, bench.good[case.operation], bench.peer.ledger)
