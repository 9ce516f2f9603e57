"""One case of the matrix, in the asynchronous form; the other one is derived."""

from __future__ import annotations

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
CLOCK = 0.25  # the one that has to end the case


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
        name: CLOCK for name in ("connect", "read") if f"APITimeoutError {name}" in case.expected
    }
    if "APITimeoutError" in case.expected:
        impatient["read"] = CLOCK
    return Timeout(PATIENT, **impatient)


def answers_of(case: Case) -> list[Answer]:
    answers = list(OPERATIONS[case.operation].answers)
    if case.instead is not None:
        number = case.fault.exchange
        answers[number:] = [case.instead, answers[number]]  # once only
    return answers


async def good_call(client: AsyncOpenAI, case: Case, bench: Bench) -> list[Any]:
    seen: list[Any] = []
    bench.peer.arm(OPERATIONS[case.operation].answers)
    await getattr(operations, case.operation)(client, seen, bench.file)
    return seen


async def exercise(case: Case, bench: Bench) -> str:
    """Empty, or what was not as it has to be."""
    peer, seen, caught = bench.peer, list[Any](), None
    async with made(case, bench) as client:
        if case.operation not in bench.good or (bench.authority and not bench.flight):
            bench.good[case.operation] = await good_call(client, case, bench)
            bench.flight = peer.ledger.said.get("tls", 0)
            return await exercise(case, bench)
        if case.state == "kept":
            await good_call(client, case, bench)
        fault = case.fault
        if fault.phase == "tls":
            fault = replace(fault, at=fault.at * bench.flight // FLIGHT)
        peer.arm(answers_of(case), fault)
        hostile = client.with_options(timeout=clocks(case))
        operations.IMPATIENT.set(case.expected)
        try:
            await getattr(operations, case.operation)(hostile, seen, bench.file)
        except Exception as error:
            caught = error
        operations.IMPATIENT.set(())
        wrong = verdict(case, caught, seen, bench.good[case.operation], peer.ledger)
        try:
            again = await good_call(client, case, bench)
        except Exception as error:
            return f"{wrong} the next call: {error!r}".strip()
        if again != bench.good[case.operation]:
            wrong += " the next call: another result"
        stats = client.stats()
        if stats.in_flight or stats.waiting or stats.open != stats.idle:
            wrong += f" a slot is lost: {stats}"
    return wrong.strip()
