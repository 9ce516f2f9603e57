"""Levels may change at any time; retries are told of under the official text."""

from __future__ import annotations

import asyncio  # async only
import logging
from collections.abc import Iterator

import pytest

from openai_native import AsyncOpenAI
from scripted import ScriptedServer, answer

logger = logging.getLogger("openai")


@pytest.fixture(autouse=True)
def level() -> Iterator[None]:
    before = logger.level
    yield
    logger.setLevel(before)
    logging.disable(logging.NOTSET)


async def test_levels_that_change_between_calls(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    async def logged() -> list[str]:
        caplog.clear()
        await scripted_client.models.retrieve("m")
        return [record.getMessage().split(" ")[0] for record in caplog.records]

    spoken = ["Sending", "HTTP"]
    logger.setLevel(logging.WARNING)
    assert await logged() == []
    logger.setLevel(logging.DEBUG)
    assert await logged() == spoken
    logging.disable(logging.CRITICAL)
    assert await logged() == []
    logging.disable(logging.NOTSET)
    assert await logged() == spoken
    logging.getLogger("openai._client").setLevel(logging.ERROR)
    assert await logged() == []
    logging.getLogger("openai._client").setLevel(logging.NOTSET)
    logger.setLevel(logging.INFO)
    assert await logged() == []


async def test_retries(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    client = scripted_client.with_options(max_retries=3)
    told = []
    for level in (logging.INFO, logging.DEBUG, logging.WARNING):
        logger.setLevel(level)
        caplog.clear()
        scripted.answers += [
            answer(500, headers={"retry-after-ms": "20"}),
            answer(429, headers={"retry-after": "0.03"}),
        ]
        await client.models.retrieve("m")
        told.append([r.getMessage() for r in caplog.records if r.levelno == logging.INFO])
    expected = [
        "Retrying request in 0.020000 seconds (retry 1 of 3)",
        "Retrying request in 0.030000 seconds (retry 2 of 3)",
    ]
    assert told == [expected, expected, []]


# async only
async def test_retry_is_told_before_the_pause(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    logger.setLevel(logging.INFO)
    scripted.answers.append(answer(500, headers={"retry-after": "60"}))
    client = scripted_client.with_options(max_retries=1)
    task = asyncio.ensure_future(client.models.retrieve("m"))
    while not caplog.records:
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_logged_headers_are_those_of_the_caller(
    scripted_client: AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    logger.setLevel(logging.DEBUG)
    await scripted_client.models.list(extra_headers={"X-A": "1", "Cookie": "secret"})
    assert "headers={'X-A': '1', 'Cookie': '<redacted>'}" in caplog.text
