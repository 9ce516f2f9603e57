"""Notebooks: nest_asyncio lets a callback of the loop run the loop again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import pytest

from openai_native import AsyncOpenAI

if TYPE_CHECKING:
    from openai_native.mock import MockServer


class NestingLoop(asyncio.SelectorEventLoop):
    def _run_once(self) -> None:
        with contextlib.suppress(IndexError):  # the run inside has taken what was ready
            super()._run_once()  # type: ignore[misc]


def run_nested(work: Coroutine[Any, Any, Any]) -> Any:
    """What nest_asyncio makes of `asyncio.run` inside a running loop."""
    loop: Any = asyncio.get_running_loop()
    current = asyncio.current_task()
    assert current is not None
    task = loop.create_task(work)
    limit = loop.call_later(10, task.cancel)
    asyncio.tasks._leave_task(loop, current)
    try:
        while not task.done():
            loop._run_once()
    finally:
        asyncio.tasks._enter_task(loop, current)
        limit.cancel()
    return task.result()


def test_calls_and_streams(server: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "_nest_patched", True, raising=False)

    async def program() -> None:
        async with AsyncOpenAI(base_url=server.base_url, api_key="k", max_retries=0) as client:

            async def chat() -> str:
                message = {"role": "user", "content": "hi"}
                stream = await client.chat.completions.create(
                    model="gpt-4o-mini",
                    messages=[message],  # type: ignore[list-item]
                    stream=True,
                )
                words = []
                async for chunk in stream:
                    words.append(chunk.choices[0].delta.content or "")
                    if len(words) == 2:
                        assert run_nested(one()).data
                return "".join(words)

            async def one() -> Any:
                return await client.models.list()

            first = await one()
            assert run_nested(one()).data == first.data
            text = await chat()
            assert run_nested(chat()) == text
            # Woken in one batch, each of them needs another one.
            assert len(await asyncio.gather(*(chat() for _ in range(5)))) == 5

    loop = NestingLoop()
    try:
        loop.run_until_complete(asyncio.wait_for(program(), 30))
    finally:
        loop.close()
