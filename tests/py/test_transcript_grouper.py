"""Transcript groupers: the segments are the official ones, whatever is said in which order."""

from __future__ import annotations

import asyncio
import importlib
import random
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import pytest

from openai_native import OpenAIError
from openai_native.lib.live import AsyncTranscriptGrouper, TranscriptGrouper

OPTIONS: list[dict[str, Any]] = [
    {},
    {"backchannel_max_duration_ms": 0},
    {"min_turn_separation_ms": 0.5, "assistant_silence_ms": 10, "backchannel_isolation_ms": 3000},
    {"additional_acknowledgments": ["  Uh-Oh! ", ""]},
]
SAID = ["mm", "-hmm", "Mm hmm.", "okay", "uh-oh", "hello", " there", "what?", "yes", "", "é", "9"]


def delta(number: int, speaker: str, text: Any, start: Any, end: Any) -> Any:
    kind = {
        "user": "session.input_transcript.delta",
        "assistant": "session.output_transcript.delta",
    }
    return SimpleNamespace(
        type=kind[speaker], event_id=f"e{number}", delta=text, start_ms=start, end_ms=end
    )


def conversation(seed: int) -> list[tuple[str, Any]]:
    """Events, and steps of the clock in between."""
    chance = random.Random(seed)
    now = {"user": 0, "assistant": 0}
    steps: list[tuple[str, Any]] = []
    speaker = "user"
    for number in range(chance.randint(5, 40)):
        speaker = chance.choice(["user", "assistant"]) if chance.random() < 0.4 else speaker
        start = max(now[speaker], max(now.values()) + chance.choice([-900, -400, 0, 0, 300, 1500]))
        start = 0 if chance.random() < 0.02 else max(start, 0)
        end = start + chance.choice([100, 300, 900, 1500])
        if chance.random() < 0.1 and steps:
            start, end = steps[-1][1][1:] if steps[-1][0] == "event" else (start, end)
        now[speaker] = end
        steps.append(
            ("event", (delta(number, speaker, chance.choice(SAID), start, end), start, end))
        )
        if chance.random() < 0.05:
            steps.append(steps[-1])
        if chance.random() < 0.6:
            steps.append(("wait", chance.choice([10, 60, 400, 600, 2100, 5000])))
    ending = chance.choice(["close", "session"])
    return [*steps, (ending, None)]


def told(update: Any, ids: dict[str, str]) -> Any:
    """With the IDs numbered by their first appearance: groupers count theirs."""
    plain = asdict(update)
    segment = plain.get("segment", plain)
    for name in ("id", "previous_id"):
        if segment[name] is not None:
            segment[name] = ids.setdefault(segment[name], f"s{len(ids)}")
    return plain


def account(package: str, steps: list[tuple[str, Any]], options: dict[str, Any]) -> list[Any]:
    """What listeners hear, with a clock of our own instead of timers."""
    live = importlib.import_module(f"{package}.lib.live")
    heard: list[Any] = []
    ids: dict[str, str] = {}
    clock = [0.0]

    class Grouper(live.TranscriptGrouper):  # type: ignore[misc, name-defined]
        due: tuple[float, Any] | None = None

        def _now(self) -> float:
            return clock[0]

        def _call_later(self, delay_ms: int, callback: Any) -> Any:
            self.due = (clock[0] + delay_ms, callback)
            return SimpleNamespace(cancel=lambda: setattr(self, "due", None))

    grouper = Grouper(**options)
    grouper.on("segment.updated", lambda update: heard.append(told(update, ids)))
    grouper.on("segment.closed", lambda update: heard.append(told(update, ids)))
    for step, value in steps:
        if step == "event":
            grouper.push(value[0])
        elif step == "wait":
            until = clock[0] + value
            while grouper.due is not None and grouper.due[0] <= until:
                clock[0], callback = grouper.due
                grouper.due = None
                callback()
                heard.append(clock[0])
            clock[0] = until
        elif step == "close":
            grouper.close()
        else:
            grouper.push(SimpleNamespace(type="session.closed"))
        heard.append(step)
    return heard


@pytest.mark.parametrize("options", OPTIONS)
def test_conversations(options: dict[str, Any]) -> None:
    segments = 0
    for seed in range(400):
        steps = conversation(seed)
        ours = account("openai_native", steps, options)
        assert ours == account("openai", steps, options), seed
        segments += sum(isinstance(each, dict) for each in ours)
    assert segments > 4000


BAD: list[dict[str, Any]] = [
    {"min_turn_separation_ms": -1},
    {"assistant_silence_ms": True},
    {"backchannel_max_duration_ms": float("nan")},
    {"backchannel_isolation_ms": "1"},
]


@pytest.mark.parametrize("options", BAD)
def test_bad_options(options: dict[str, Any]) -> None:
    for grouper in (TranscriptGrouper, AsyncTranscriptGrouper):
        with pytest.raises(OpenAIError, match=next(iter(options))):
            grouper(**options)


@pytest.mark.parametrize(
    "event",
    [
        delta(1, "user", 3, 0, 1),
        delta(1, "user", "a", 2, 1),
        delta(1, "user", "a", True, 1),
        delta(1, "user", "a", 0.5, 1),
        delta(1, "user", "a", -1, 1),
        delta(1, "user", "a", 0, float("inf")),
        SimpleNamespace(type="session.input_transcript.delta"),
    ],
)
def test_bad_events(event: Any) -> None:
    with TranscriptGrouper() as grouper, pytest.raises(OpenAIError):
        grouper.push(event)


def test_events_after_the_end() -> None:
    grouper = TranscriptGrouper()
    grouper.close()
    grouper.close()
    with pytest.raises(OpenAIError):
        grouper.push(delta(1, "user", "a", 0, 1))


def test_listeners() -> None:
    heard: list[Any] = []
    grouper = TranscriptGrouper()

    @grouper.on("segment.updated")
    def every(segment: Any) -> None:
        heard.append(["every", segment.text])

    @grouper.once("segment.updated")
    def once(segment: Any) -> None:
        heard.append(["once", segment.text])
        grouper.push(delta(3, "user", "c", 2, 3))  # comes after the listeners of this one

    assert grouper.on("segment.closed", lambda event: heard.append(event.reason)) is grouper
    grouper.push(delta(1, "user", "a", 0, 1))
    grouper.push(delta(2, "user", "b", 1, 2))
    assert grouper.off("segment.updated", every) is grouper
    grouper.push(delta(4, "user", "d", 3, 4))
    grouper.close()
    assert heard == [["every", "a"], ["once", "a"], ["every", "ab"], ["every", "abc"], "manual"]


def test_errors_of_listeners_reach_the_caller() -> None:
    def fail(_: Any) -> None:
        raise ZeroDivisionError

    grouper = TranscriptGrouper()
    grouper.once("segment.closed", fail)
    grouper.push(delta(1, "user", "a", 0, 1))
    with pytest.raises(ZeroDivisionError):
        grouper.close()


async def test_asynchronous_listeners() -> None:
    heard: list[Any] = []

    async def hear(update: Any) -> None:
        await asyncio.sleep(0)
        heard.append(update.text)

    async with AsyncTranscriptGrouper(assistant_silence_ms=20) as grouper:
        grouper.on("segment.updated", hear)
        closed = asyncio.Event()
        grouper.on("segment.closed", lambda _: closed.set())
        await grouper.push(delta(1, "assistant", "Hi", 0, 1))
        await asyncio.wait_for(closed.wait(), 5)
    assert heard == ["Hi"]


async def test_errors_of_asynchronous_listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: Any) -> None:
        raise ZeroDivisionError

    told: list[Any] = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_exception_handler", told.append, raising=False)
    grouper = AsyncTranscriptGrouper()
    grouper.on("segment.closed", fail)
    await grouper.push(delta(1, "user", "a", 0, 1))
    with pytest.raises(ZeroDivisionError):
        await grouper.close()
    assert told == []


async def test_only_one_event_loop() -> None:
    grouper = AsyncTranscriptGrouper()
    await grouper.close()

    async def elsewhere() -> None:
        with pytest.raises(OpenAIError):
            await grouper.push(delta(1, "user", "a", 0, 1))

    await asyncio.to_thread(asyncio.run, elsewhere())
