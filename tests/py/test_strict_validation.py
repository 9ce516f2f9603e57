"""`_strict_response_validation=True`: what pydantic refuses is an error, as officially."""

from __future__ import annotations

import json
from typing import Any

import pytest

import openai_native
from both_packages import described
from openai_native import AsyncOpenAI
from scripted import ScriptedServer, answer, events

MODEL = {"id": "m", "created": 1, "object": "model", "owned_by": "o"}
WRONG = {**MODEL, "created": "yesterday"}
CHUNK = {"id": "c", "choices": [], "created": 1, "model": "m", "object": "text_completion"}
ANSWERS = [
    answer(200, MODEL),
    answer(200, WRONG),
    answer(200, {"id": "m"}),
    answer(200, {}),
    answer(200, b"null"),
    answer(200, b"just text", content_type="text/plain"),
    answer(200, json.dumps(MODEL).encode(), content_type="text/plain"),
    answer(200, json.dumps(WRONG).encode(), content_type=None),
]


async def outcome(package: Any, url: str, call: Any) -> Any:
    settings = {"api_key": "k", "max_retries": 0, "_strict_response_validation": True}
    async with package.AsyncOpenAI(base_url=url, **settings) as client:
        try:
            return described(await call(client))
        except package.APIResponseValidationError as error:
            seen = [str(error), error.body, error.status_code, error.response.status_code]
            return [*seen, type(error.__cause__).__name__]


async def retrieve(client: Any) -> Any:
    return await client.models.retrieve("m")


async def retrieve_raw(client: Any) -> Any:
    return (await client.models.with_raw_response.retrieve("m")).parse()


async def page(client: Any) -> Any:
    return [each async for each in client.models.list()]


async def stream(client: Any) -> Any:
    seen = []
    try:
        async for each in await client.completions.create(model="m", prompt="p", stream=True):
            seen.append(described(each))
    except Exception as error:
        seen.append([type(error).__name__, str(error), getattr(error, "body", None)])
    return seen


@pytest.mark.parametrize("call", [retrieve, retrieve_raw])
@pytest.mark.parametrize("reply", ANSWERS)
async def test_answers(scripted: ScriptedServer, call: Any, reply: bytes) -> None:
    import openai

    scripted.answers += [reply, reply]
    expected = await outcome(openai, scripted.url, call)
    assert await outcome(openai_native, scripted.url, call) == expected


@pytest.mark.parametrize("items", [[MODEL], [MODEL, WRONG], "none"])
async def test_pages(scripted: ScriptedServer, items: Any) -> None:
    import openai

    scripted.answers += [answer(200, {"object": "list", "data": items})] * 2
    expected = await outcome(openai, scripted.url, page)
    assert await outcome(openai_native, scripted.url, page) == expected


@pytest.mark.parametrize("second", [CHUNK, {**CHUNK, "choices": 7}, {}])
async def test_events(scripted: ScriptedServer, second: Any) -> None:
    import openai

    scripted.answers += [events(json.dumps(CHUNK), json.dumps(second))] * 2
    expected = await outcome(openai, scripted.url, stream)
    assert await outcome(openai_native, scripted.url, stream) == expected


async def file_batch(client: Any) -> Any:
    batches = client.vector_stores.file_batches
    batch = await batches.retrieve("b", vector_store_id="v")
    return [described(batch), sorted(batch.model_fields_set)]


@pytest.mark.parametrize("total", [1, "many"])
@pytest.mark.parametrize("name", ["vector_store.file_batch", "vector_store.files_batch", "x"])
async def test_both_names_of_file_batches(scripted: ScriptedServer, name: str, total: Any) -> None:
    import openai

    counts = {"cancelled": 0, "completed": 1, "failed": 0, "in_progress": 0, "total": total}
    batch = {"id": "b", "object": name, "created_at": 1, "file_counts": counts}
    batch |= {"status": "completed", "vector_store_id": "v"}
    scripted.answers += [answer(200, batch)] * 2
    expected = await outcome(openai, scripted.url, file_batch)
    assert await outcome(openai_native, scripted.url, file_batch) == expected


async def test_a_lenient_client_takes_the_same_answer(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(answer(200, WRONG))
    assert (await scripted_client.models.retrieve("m")).created == "yesterday"
