"""`with_raw_response`, `stream.response` and what programs do to streams."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest

import openai_native
from openai_native import AsyncOpenAI, AsyncStream, BaseModel
from openai_native._legacy_response import LegacyAPIResponse
from openai_native.types import Model
from openai_native.types.chat import ChatCompletionChunk
from scripted import ScriptedServer, answer, events

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "me"}
CALL: Any = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


def chunk(text: str) -> str:
    delta = {"index": 0, "delta": {"content": text}}
    return json.dumps({"id": "c", "object": "chat.completion.chunk", "choices": [delta]})


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
async def test_fields_outside_ascii(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, encoding: str
) -> None:
    told = "\u00e9t\u00e9"
    fields = {"X-Name": "NAME", "Content-Type": "a/b; c=NAME"}
    wire = answer(200, MODEL, headers=fields, content_type=None)
    scripted.answers += [wire.replace(b"NAME", told.encode(encoding))] * 3
    scripted.answers.append(
        answer(404, MODEL, headers=fields).replace(b"NAME", told.encode(encoding))
    )
    raw = await scripted_client.models.with_raw_response.retrieve("m")
    assert raw.headers["x-name"] == told
    content = await scripted_client.files.content("f")
    assert content.response.headers["content-type"] == f"a/b; c={told}"
    async with scripted_client.files.with_streaming_response.content("f") as streamed:
        assert streamed.headers["x-name"] == told
    with pytest.raises(openai_native.NotFoundError) as caught:
        await scripted_client.models.retrieve("m")
    assert caught.value.response.headers["x-name"] == told


@pytest.mark.http1
async def test_raw_response(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers.append(answer(200, MODEL, headers={"x-request-id": "r", "X-A": "1"}))
    raw = await scripted_client.models.with_raw_response.retrieve("m")
    assert isinstance(raw, LegacyAPIResponse)
    assert scripted.last.header("X-Stainless-Raw-Response") == "true"
    assert (raw.status_code, raw.request_id, raw.retries_taken) == (200, "r", 0)
    assert isinstance(raw.http_response, httpx2.Response)
    assert isinstance(raw.headers, httpx2.Headers)
    assert raw.headers["x-a"] == "1"
    assert dict(raw.headers)["x-request-id"] == "r"
    assert json.loads(raw.content) == json.loads(raw.text) == MODEL
    assert raw.http_response.json() == MODEL
    assert (raw.method, str(raw.url)) == ("GET", scripted.url + "/models/m")
    assert raw.http_request.headers["authorization"] == "Bearer test-key"
    assert raw.http_version == "HTTP/1.1"
    assert raw.is_closed
    assert timedelta(0) < raw.elapsed < timedelta(minutes=1)
    model = raw.parse()
    assert (type(model), model.id, model._request_id) == (Model, "m", "r")
    assert raw.parse() is model
    assert repr(raw).startswith("<APIResponse [200 Reason] type=")


async def test_client_with_raw_response(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(answer(200, MODEL))
    raw = await scripted_client.with_raw_response.models.retrieve("m")
    assert raw.parse().id == "m"


async def test_header_asks_for_a_raw_response(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(answer(200, MODEL))
    raw: Any = await scripted_client.models.retrieve(
        "m", extra_headers={"X-Stainless-Raw-Response": "true"}
    )
    assert isinstance(raw, LegacyAPIResponse)


async def test_parse_to_other_types(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    class Mine(BaseModel):
        id: str

    scripted.answers.append(answer(200, MODEL))
    raw = await scripted_client.models.with_raw_response.retrieve("m")
    assert raw.parse(to=Mine).id == "m"
    assert raw.parse(to=dict[str, object]) == MODEL
    assert raw.parse(to=str) == json.dumps(MODEL)
    assert raw.parse(to=httpx2.Response) is raw.http_response
    with pytest.raises(ValueError):
        raw.parse(to=int)
    import pydantic

    class Foreign(pydantic.BaseModel):
        id: str

    with pytest.raises(TypeError, match="our base model"):
        raw.parse(to=Foreign)
    with pytest.raises(ValueError, match="Subclasses of HTTP response classes"):
        raw.parse(to=type("Mine", (httpx2.Response,), {}))


@pytest.mark.parametrize("content_type", ["text/html", None, "application/json"])
async def test_answers_that_are_not_json(
    content_type: str | None, scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers += [answer(200, b"<html>", content_type=content_type)] * 2
    raw = await scripted_client.models.with_raw_response.retrieve("m")
    if content_type == "application/json":
        for attempt in (raw.parse,):
            with pytest.raises(openai_native.APIResponseValidationError):
                attempt()
        with pytest.raises(ValueError, match="not valid JSON"):
            await scripted_client.models.retrieve("m")
    else:
        parsed: Any = raw.parse()
        assert parsed == "<html>"
        plain: Any = await scripted_client.models.retrieve("m")
        assert plain == "<html>"


async def test_raw_error(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers.append(answer(404, {"error": {"message": "gone"}}))
    with pytest.raises(openai_native.NotFoundError, match="gone"):
        await scripted_client.models.with_raw_response.retrieve("m")


@pytest.mark.http1
async def test_error_has_the_whole_exchange(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    body = {"error": {"message": "no", "code": "c", "param": "p", "type": "t"}}
    scripted.answers.append(answer(400, body, headers={"x-request-id": "r"}))
    with pytest.raises(openai_native.BadRequestError) as caught:
        await scripted_client.chat.completions.create(**CALL)
    error = caught.value
    assert str(error) == "Error code: 400 - no"
    assert (error.code, error.param, error.type, error.request_id) == ("c", "p", "t", "r")
    assert error.body == body["error"]
    assert error.response.json() == body
    assert error.response.headers["x-request-id"] == "r"
    assert error.response.status_code == error.status_code == 400
    assert str(error.request.url) == scripted.url + "/chat/completions"
    assert json.loads(error.request.content) == scripted.last.json()
    for name in ("x-stainless-retry-count", "content-length", "authorization"):
        assert error.request.headers[name] == scripted.last.header(name)


async def test_error_has_the_last_attempt(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers += [answer(500, headers={"retry-after-ms": "1"})] * 2
    with pytest.raises(openai_native.InternalServerError) as caught:
        await scripted_client.with_options(max_retries=1).models.retrieve("m")
    assert [each.header("x-stainless-retry-count") for each in scripted.requests] == ["0", "1"]
    assert caught.value.request.headers["x-stainless-retry-count"] == "1"


async def test_raw_stream(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers.append(events(chunk("a"), chunk("b")))
    raw = await scripted_client.chat.completions.with_raw_response.create(**CALL, stream=True)
    assert raw.headers["content-type"] == "text/event-stream"
    stream = raw.parse()
    assert isinstance(stream, AsyncStream)
    texts = [each.choices[0].delta.content async for each in stream]
    assert texts == ["a", "b"]


async def test_stream_response(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers.append(events(chunk("a")))
    async with await scripted_client.chat.completions.create(**CALL, stream=True) as stream:
        assert isinstance(stream.response, httpx2.Response)
        assert stream.response is stream.response
        assert stream.response.headers["content-type"] == "text/event-stream"
        assert stream.response.request.method == "POST"
        first = await stream.__anext__()
        assert type(first) is ChatCompletionChunk
        with pytest.raises(StopAsyncIteration):
            await stream.__anext__()
    await stream.close()
    await stream.aclose()


async def test_stream_can_be_patched(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What tracers do: replace `_iterator` and `close` of one stream, `__aiter__` of the class."""
    scripted.answers += [events(chunk("a"), chunk("b"))] * 2
    stream: Any = await scripted_client.chat.completions.create(**CALL, stream=True)
    seen: list[str] = []
    inner = stream._iterator

    async def watched() -> AsyncIterator[Any]:
        async for each in inner:
            seen.append(each.choices[0].delta.content)
            yield each

    stream._iterator = watched()
    assert len([each async for each in stream]) == 2
    assert seen == ["a", "b"]

    original = AsyncStream.__aiter__

    async def traced(self: Any) -> AsyncIterator[Any]:
        async for each in original(self):
            seen.append("traced")
            yield each

    monkeypatch.setattr(AsyncStream, "__aiter__", traced)
    stream = await scripted_client.chat.completions.create(**CALL, stream=True)
    assert len([each async for each in stream]) == 2
    assert seen[2:] == ["traced", "traced"]


async def test_stream_class_of_ones_own(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    class Loud(AsyncStream[ChatCompletionChunk]):
        async def __stream__(self) -> AsyncIterator[Any]:
            async for each in super().__stream__():
                yield each.choices[0].delta.content.upper()

    scripted.answers += [events(chunk("a"), chunk("b"))] * 2
    stream = await scripted_client.post(
        "/chat/completions", cast_to=object, body=CALL, stream=True, stream_cls=Loud
    )
    assert isinstance(stream, Loud)
    assert [each async for each in stream] == ["A", "B"]
    plain = await scripted_client.post(
        "/chat/completions",
        cast_to=object,
        body=CALL,
        stream=True,
        stream_cls=AsyncStream[ChatCompletionChunk],
    )
    assert [type(each) async for each in plain] == [ChatCompletionChunk] * 2


async def test_error_inside_a_stream(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    broken = json.dumps({"error": {"message": "overloaded", "code": 7, "type": "server_error"}})
    scripted.answers.append(events(chunk("a"), broken, chunk("b")))
    stream = await scripted_client.chat.completions.create(**CALL, stream=True)
    seen = []
    with pytest.raises(openai_native.APIError) as caught:
        async for each in stream:
            seen.append(each)
    assert len(seen) == 1
    error = caught.value
    assert (error.message, error.code, error.type) == ("overloaded", "7", "server_error")
    assert error.request.method == "POST"


async def test_stream_made_by_hand() -> None:
    request = httpx2.Request("GET", "https://x.y")
    response = httpx2.Response(200, content=b'data: {"id": "m"}\n\n', request=request)
    client = AsyncOpenAI(api_key="k")
    stream = AsyncStream(cast_to=Model, response=response, client=client)
    assert [event.id async for event in stream] == ["m"] and response.is_closed
    response = httpx2.Response(200, content=b'event: e\ndata: {"id": "m"}\n\n', request=request)
    undecoded = AsyncStream(cast_to=Model, response=response, client=client)._iter_events()
    assert [(each.event, each.json()) async for each in undecoded] == [("e", {"id": "m"})]


async def test_over_http2_nothing_is_read_after_the_last_event() -> None:
    read = []

    async def body() -> Any:
        for piece in (b"data: [DONE]\n\n", b"more"):
            read.append(piece)
            yield piece

    response = httpx2.Response(200, content=body(), extensions={"http_version": b"HTTP/2"})
    stream = AsyncStream(cast_to=Model, response=response, client=AsyncOpenAI(api_key="k"))
    assert [event async for event in stream] == [] and response.is_closed
    assert len(read) == 1


def test_raw_response_made_by_hand() -> None:
    request = httpx2.Request("GET", "https://x.y")
    raw: Any = LegacyAPIResponse(
        raw=httpx2.Response(200, json=MODEL, request=request, headers={"x-request-id": "r"}),
        cast_to=Model,
        client=None,
        stream=False,
        stream_cls=None,
        options=None,
    )
    assert (raw.parse().id, raw.parse()._request_id, raw.request_id) == ("m", "r", "r")
    content = openai_native.HttpxBinaryResponseContent(raw.http_response)
    assert json.loads(content.read()) == MODEL
    assert b"".join(content.iter_bytes()) == content.content
