"""`limits=`: calls wait for their turn."""

from __future__ import annotations

import asyncio
import copy
import pickle
import time
from typing import Any

import httpx2
import pytest

from openai_native import APITimeoutError, AsyncOpenAI, RateLimits
from scripted import ScriptedServer, answer

COMPLETION = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [],
    "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6},
}


class Limit:
    """A server's bucket, with the official headers."""

    def __init__(self, per_minute: int, capacity: int) -> None:
        self.per_minute, self.capacity, self.level = per_minute, capacity, float(capacity)
        self.refused = 0
        self._last = time.monotonic()

    def __call__(self, _: Any) -> bytes:
        now, rate = time.monotonic(), self.per_minute / 60
        self.level = min(self.capacity, self.level + (now - self._last) * rate)
        self._last = now
        headers = {"x-ratelimit-limit-requests": str(self.per_minute)}
        if self.level >= 1:
            self.level -= 1
        else:
            self.refused += 1
            headers["retry-after-ms"] = str(int((1 - self.level) / rate * 1000) + 1)
        headers["x-ratelimit-remaining-requests"] = str(int(self.level))
        headers["x-ratelimit-reset-requests"] = (
            f"{int((self.capacity - self.level) / rate * 1e3)}ms"
        )
        return answer(429 if "retry-after-ms" in headers else 200, COMPLETION, headers=headers)


def make(scripted: ScriptedServer, limits: RateLimits | None, **options: Any) -> AsyncOpenAI:
    options.setdefault("max_retries", 20)
    return AsyncOpenAI(api_key="k", base_url=scripted.url, limits=limits, **options)


async def call(client: AsyncOpenAI, **options: Any) -> None:
    await client.chat.completions.create(
        model="m", messages=[{"role": "user", "content": "Hello"}], **options
    )


@pytest.mark.parametrize("known", [False, True])
async def test_a_limit_is_kept_and_used(scripted: ScriptedServer, known: bool) -> None:
    per_minute, calls = 12_000, 300
    limit = Limit(per_minute, 100)
    scripted.answers.extend([limit] * 600)
    limits = RateLimits(requests_per_minute=per_minute if known else None)
    async with make(scripted, limits) as client:
        await asyncio.gather(*(call(client) for _ in range(calls)))
        pacing = client.stats().pacing
    assert pacing is not None
    assert pacing.requests_per_minute == per_minute
    assert pacing.refused == limit.refused <= calls // 20
    assert pacing.granted == calls + limit.refused
    assert pacing.waiting == 0


async def test_calls_in_flight_and_shared_limits(scripted: ScriptedServer) -> None:
    async with make(scripted, RateLimits(max_in_flight=2, adaptive=False)) as client:
        copied = client.with_options(timeout=30)
        own = client.with_options(limits=None)
        assert copied._rate_limits is client._rate_limits and own._rate_limits is None
        most = 0
        seen: list[int] = []

        def answered(_: Any) -> bytes:
            pacing = client.stats().pacing
            assert pacing is not None
            seen.append(pacing.in_flight)
            return answer(200, COMPLETION)

        scripted.answers.extend([answered] * 20)
        await asyncio.gather(*(call(each) for each in (client, copied) for _ in range(10)))
        most = max(seen)
        assert 1 <= most <= 2
        await call(own)
        assert own.stats().pacing is None
        pacing = copied.stats().pacing
        assert pacing is not None and pacing.granted == 20 and pacing.in_flight == 0


async def test_waiting_counts_for_the_deadline_and_can_be_cancelled(
    scripted: ScriptedServer,
) -> None:
    limits = RateLimits(requests_per_minute=1, adaptive=False)
    async with make(scripted, limits) as client:
        scripted.answers.extend([answer(200, COMPLETION)] * 2)
        await call(client)
        with pytest.raises(APITimeoutError, match="deadline"):
            await call(client.with_options(deadline=0.05))
        task = asyncio.ensure_future(call(client))
        while not client.stats().pacing.waiting:  # type: ignore[union-attr]
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while client.stats().pacing.waiting:  # type: ignore[union-attr]
            await asyncio.sleep(0.001)
    assert len(scripted.requests) == 1


async def test_tokens_are_estimated(scripted: ScriptedServer) -> None:
    asked = []

    def estimate(body: dict[str, Any]) -> int:
        asked.append(body["messages"][0]["content"])
        return 50

    scripted.answers.extend([answer(200, COMPLETION)] * 5)
    # 100 in half a second: the first call takes 90 of them, and is found to have used 6.
    limits = RateLimits(tokens_per_minute=12_000, adaptive=False, estimate=estimate)
    async with make(scripted, limits) as client:
        await call(client, max_tokens=40)
        began = time.monotonic()
        await call(client, max_tokens=40)
        assert time.monotonic() - began < 5
        await client.models.with_raw_response.list()
    assert asked == ["Hello"] * 2

    for wrong in ("many", -1, 2.5):
        refusing = make(scripted, RateLimits(estimate=lambda _, wrong=wrong: wrong))  # type: ignore[misc]
        async with refusing as client:
            with pytest.raises(TypeError, match="estimate must return the number"):
                await call(client)


async def test_the_python_lane_is_paced_over_native_connections(scripted: ScriptedServer) -> None:
    limits = RateLimits(requests_per_minute=60_000)
    async with make(scripted, limits) as client:
        client.on_request = lambda event: None
        scripted.answers.extend([answer(429, headers={"retry-after-ms": "1"})])
        scripted.answers.extend([answer(200, COMPLETION)] * 3)
        await asyncio.gather(*(call(client) for _ in range(3)))
        pacing = client.stats().pacing
        assert pacing is not None
        assert (pacing.granted, pacing.refused, pacing.in_flight) == (4, 1, 0)
    given = httpx2.AsyncClient(auth=("a", "b"))
    async with make(scripted, limits, http_client=given) as client:
        with pytest.raises(ValueError, match=r"`limits` hold over native connections.*auth"):
            await call(client)


def test_bad_arguments() -> None:
    cases: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"requests_per_minute": 0}, ValueError, "requests_per_minute must be from 1"),
        ({"tokens_per_minute": -5}, ValueError, "tokens_per_minute must be from 1"),
        ({"max_in_flight": 10**10}, ValueError, "max_in_flight must be from 1"),
        ({"max_in_flight": 1.5}, TypeError, "max_in_flight must be a whole number"),
        ({"requests_per_minute": True}, TypeError, "requests_per_minute must be a whole"),
        ({"adaptive": "yes"}, TypeError, "adaptive must be True or False"),
        ({"estimate": 3}, TypeError, "estimate must be a function"),
        ({"estimate": len, "adaptive": False}, ValueError, "estimate is for tokens_per_minute"),
    ]
    for arguments, error, text in cases:
        with pytest.raises(error, match=text):
            RateLimits(**arguments)
    with pytest.raises(TypeError, match=r"limits must be an openai_native\.RateLimits or None"):
        AsyncOpenAI(api_key="k", limits=5)  # type: ignore[arg-type]


def test_limits_are_values_with_a_pacer_of_their_own() -> None:
    limits = RateLimits(requests_per_minute=5)
    assert limits._pacer is limits._pacer
    for other in (copy.copy(limits), copy.deepcopy(limits), pickle.loads(pickle.dumps(limits))):
        assert repr(other) == repr(limits)
        assert other._pacer is not limits._pacer
    with pytest.raises(AttributeError):
        limits.adaptive = False  # type: ignore[misc]
