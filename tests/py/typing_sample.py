"""Checked by mypy, never run: what an IDE and a type checker see of the generated package."""

from __future__ import annotations

from pydantic import BaseModel
from typing_extensions import assert_type

import openai_native
import openai_native.types.chat as chat_types
from openai_native import AsyncOpenAI, AsyncStream, OpenAI, pydantic_function_tool
from openai_native._legacy_response import LegacyAPIResponse
from openai_native._paginator import AsyncPaginator
from openai_native.lib.streaming.chat import (
    AsyncChatCompletionStream,
    ChatCompletionStream,
    ContentDeltaEvent,
)
from openai_native.lib.streaming.responses import ResponseTextDeltaEvent
from openai_native.pagination import (
    AsyncConversationCursorPage,
    AsyncCursorPage,
    AsyncPage,
    SyncPage,
)
from openai_native.resources.chat import AsyncCompletions
from openai_native.types import (
    Batch,
    Completion,
    CreateEmbeddingResponse,
    Embedding,
    FileObject,
    Model,
    ModelDeleted,
    ModerationCreateResponse,
    VectorStore,
    VectorStoreSearchResponse,
)
from openai_native.types.chat import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionDeleted,
    ChatCompletionMessage,
    ChatCompletionMessageParam,
    ChatCompletionStoreMessage,
    ChatCompletionToolParam,
    ChatCompletionUserMessageParam,
    ParsedChatCompletion,
)
from openai_native.types.chat.chat_completion import Choice
from openai_native.types.conversations import ConversationItem
from openai_native.types.fine_tuning import FineTuningJob, FineTuningJobEvent
from openai_native.types.fine_tuning.jobs import FineTuningJobCheckpoint
from openai_native.types.responses import ParsedResponse, Response, ResponseStreamEvent


async def chat(client: AsyncOpenAI) -> None:
    message: ChatCompletionUserMessageParam = {"role": "user", "content": "hi"}
    messages: list[ChatCompletionMessageParam] = [message, {"role": "system", "content": "x"}]
    tools: list[ChatCompletionToolParam] = [{"type": "function", "function": {"name": "f"}}]
    completions = client.chat.completions
    assert_type(completions, AsyncCompletions)
    answer = await completions.create(model="gpt-6-astra", messages=messages, tools=tools)
    assert_type(answer, ChatCompletion)
    assert_type(answer.choices, list[Choice])
    assert_type(answer.choices[0].message, ChatCompletionMessage)
    assert_type(answer.choices[0].message.content, "str | None")
    stream = await completions.create(model="m", messages=messages, stream=True, timeout=2.0)
    assert_type(stream, AsyncStream[ChatCompletionChunk])
    async for chunk in stream:
        assert_type(chunk.choices[0].delta.content, "str | None")
    either = await completions.create(model="m", messages=messages, stream=bool(messages))
    assert_type(either, "ChatCompletion | AsyncStream[ChatCompletionChunk]")
    assert_type(await completions.retrieve("c"), ChatCompletion)
    assert_type(await completions.update("c", metadata={"a": "b"}), ChatCompletion)
    assert_type(await completions.delete("c"), ChatCompletionDeleted)
    async for stored in completions.messages.list("c"):
        assert_type(stored, ChatCompletionStoreMessage)
    raw = await completions.with_raw_response.create(model="m", messages=messages)
    assert_type(raw, LegacyAPIResponse[ChatCompletion])
    assert_type(raw.parse(), ChatCompletion)
    assert_type(chat_types.ChatCompletion, type[ChatCompletion])
    assert_type(await client.completions.create(model="m", prompt="p"), Completion)


async def pages(client: AsyncOpenAI) -> None:
    models = client.models.list()
    assert_type(models, AsyncPaginator[Model, AsyncPage[Model]])
    async for model in models:
        assert_type(model, Model)
    jobs = client.fine_tuning.jobs
    assert_type(await jobs.list(limit=2), AsyncCursorPage[FineTuningJob])
    async for job in jobs.list(limit=20, extra_headers={"X-A": "b"}):
        assert_type(job, FineTuningJob)
    assert_type(await jobs.list_events("j"), AsyncCursorPage[FineTuningJobEvent])
    assert_type(await jobs.checkpoints.list("j"), AsyncCursorPage[FineTuningJobCheckpoint])
    items = await client.conversations.items.list("c")
    assert_type(items, AsyncConversationCursorPage[ConversationItem])
    page = await client.with_raw_response.models.list()
    assert_type(page, LegacyAPIResponse[AsyncPage[Model]])


async def others(client: AsyncOpenAI) -> None:
    assert_type(await client.models.retrieve("m"), Model)
    assert_type(await client.models.delete("m"), ModelDeleted)
    embeddings = await client.embeddings.create(model="m", input=["a"])
    assert_type(embeddings, CreateEmbeddingResponse)
    assert_type(embeddings.data, list[Embedding])
    assert_type(await client.moderations.create(input="x"), ModerationCreateResponse)
    response = await client.responses.create(model="m", input="hi")
    assert_type(response, Response)
    assert_type(response.output_text, str)
    events = await client.responses.create(model="m", input="hi", stream=True)
    assert_type(events, AsyncStream[ResponseStreamEvent])
    assert_type(await client.responses.retrieve("r"), Response)
    assert_type(await client.responses.cancel("r"), Response)
    assert_type(await client.responses.delete("r"), None)
    assert_type(await client.batches.retrieve("b"), Batch)
    assert_type(await client.files.retrieve("f"), FileObject)
    assert_type(await client.vector_stores.retrieve("v"), VectorStore)
    found = await client.vector_stores.search("v", query="q")
    assert_type(found, AsyncPage[VectorStoreSearchResponse])


class Weather(BaseModel):
    city: str


async def parsed(client: AsyncOpenAI) -> None:
    completions, tools = client.chat.completions, [pydantic_function_tool(Weather)]
    answer = await completions.parse(model="m", messages=[], response_format=Weather)
    assert_type(answer, ParsedChatCompletion[Weather])
    assert_type(answer.choices[0].message.parsed, "Weather | None")
    raw = await completions.with_raw_response.parse(
        model="m", messages=[], response_format=Weather, tools=tools
    )
    assert_type(raw.parse(), ParsedChatCompletion[Weather])
    opening = completions.stream(model="m", messages=[], response_format=Weather)
    async with opening as stream:
        assert_type(stream, AsyncChatCompletionStream[Weather])
        async for event in stream:
            if event.type == "content.delta":
                assert_type(event, ContentDeltaEvent)
            elif event.type == "content.done":
                assert_type(event.parsed, "Weather | None")
        assert_type(await stream.get_final_completion(), ParsedChatCompletion[Weather])
    response = await client.responses.parse(model="m", input="x", text_format=Weather)
    assert_type(response, ParsedResponse[Weather])
    assert_type(response.output_parsed, "Weather | None")
    async with client.responses.stream(model="m", input="x", text_format=Weather) as events:
        async for told in events:
            if told.type == "response.output_text.delta":
                assert_type(told, ResponseTextDeltaEvent)
        assert_type(await events.get_final_response(), ParsedResponse[Weather])


def blocking(client: OpenAI) -> None:
    completions = client.chat.completions
    assert_type(completions.create(model="m", messages=[]), ChatCompletion)
    for chunk in completions.create(model="m", messages=[], stream=True):
        assert_type(chunk, ChatCompletionChunk)
    page = client.models.list()
    assert_type(page, SyncPage[Model])
    for model in page:
        assert_type(model, Model)
    assert_type(client.models.with_raw_response.retrieve("m").parse(), Model)
    assert_type(completions.parse(model="m", messages=[], response_format=Weather).id, str)
    with completions.stream(model="m", messages=[], response_format=Weather) as stream:
        assert_type(stream, ChatCompletionStream[Weather])
        for event in stream:
            if event.type == "content.delta":
                assert_type(event, ContentDeltaEvent)
        assert_type(stream.get_final_completion(), ParsedChatCompletion[Weather])
    assert_type(openai_native.chat.completions.create(model="m", messages=[]), ChatCompletion)


def network(client: AsyncOpenAI) -> None:
    assert_type(client.with_options(deadline=3, first_event_timeout=None, http2=True), AsyncOpenAI)
    assert_type(OpenAI(stream_idle_timeout=1.5, max_response_bytes=10).deadline, float | None)
    OpenAI(proxy="http://p:1", verify=False, uds="/s", local_address="::1", limits=None)
    OpenAI(deadline="3")  # type: ignore[arg-type]
    client.copy(nonsense=3)  # type: ignore[call-arg]


async def refused(client: AsyncOpenAI) -> None:
    await client.chat.completions.create(model=3, messages=[])  # type: ignore[call-overload]
    await client.chat.completions.create(messages=[])  # type: ignore[call-overload]
    await client.models.retrieve()  # type: ignore[call-arg]
    await client.models.retrieve("m", nonsense=1)  # type: ignore[call-arg]
    client.chat.nonsense  # type: ignore[attr-defined] # noqa: B018
    client.chat.completions.nonsense  # type: ignore[attr-defined] # noqa: B018
    chat_types.Nonsense  # type: ignore[attr-defined] # noqa: B018
    answer = await client.chat.completions.create(model="m", messages=[])
    answer.choices[0].nonsense  # type: ignore[attr-defined] # noqa: B018
