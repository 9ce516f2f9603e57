"""Levels may change at any time; retries are told of under the official text."""

from __future__ import annotations

import asyncio  # async only
import logging
import sys
from collections.abc import Iterator

import pytest

from openai_native import AsyncOpenAI, BadRequestError
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

    spoken = ["Building", "Sending", "HTTP", "request_id:"]
    logger.setLevel(logging.WARNING)
    assert await logged() == []
    logger.setLevel(logging.DEBUG)
    assert await logged() == spoken
    logging.disable(logging.CRITICAL)
    assert await logged() == []
    logging.disable(logging.NOTSET)
    assert await logged() == spoken
    logging.getLogger("openai._base_client").setLevel(logging.ERROR)
    assert await logged() == []
    logging.getLogger("openai._base_client").setLevel(logging.NOTSET)
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


@pytest.mark.http1  # a proxy answers in the place of a server that hangs up
async def test_every_attempt_tells_how_it_ended(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    logger.setLevel(logging.DEBUG)
    scripted.answers += [
        answer(500, headers={"retry-after-ms": "1", "x-request-id": "req_1"}),
        None,  # on a connection that was kept: sent again unseen
        None,
        answer(400, headers={"x-request-id": "req_2"}),
    ]
    client = scripted_client.with_options(max_retries=2)
    with pytest.raises(BadRequestError):
        await client.models.retrieve("private", extra_headers={"X-A": "private"})
    told = [record.getMessage() for record in caplog.records]
    assert [line for line in told if not line.startswith("Retrying")] == [
        "Building HTTP request: method=GET retries_taken=0",
        "Sending HTTP Request: GET",
        "HTTP Response: GET 500",
        "request_id: req_1",
        "Encountered exception: connection_closed",
        "HTTP Response: GET 400",
        "request_id: req_2",
    ]
    assert len(told) == 9


async def test_a_handler_that_fails_fails_no_call(
    scripted_client: AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr(sys, "unraisablehook", lambda told: seen.append(told.exc_type))

    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise failure(record.getMessage())

    handler = Broken()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        failure: type[BaseException] = ZeroDivisionError
        assert await scripted_client.models.retrieve("m") is not None
        assert set(seen) == {ZeroDivisionError}
        failure = KeyboardInterrupt
        with pytest.raises(KeyboardInterrupt):
            await scripted_client.models.retrieve("m")
    finally:
        logger.removeHandler(handler)
    assert await scripted_client.models.retrieve("m") is not None


async def test_text_in_the_place_of_an_object(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    logger.setLevel(logging.DEBUG)
    scripted.answers.append(answer(200, b"private", content_type="text/plain"))
    response = await scripted_client.models.with_raw_response.retrieve("m")
    assert response.parse() == "private"
    assert caplog.messages[-1] == "Could not read JSON from response data due to JSONDecodeError"
