"""Code behind generated classes: the same results as the official package."""

from __future__ import annotations

import base64
import struct
from types import SimpleNamespace
from typing import Any

import openai.types.responses as official_responses
import openai.types.websocket_reconnection as official_reconnection
import pydantic
import pytest
from openai._models import construct_type as official_construct

import openai_native.types.responses as our_responses
import openai_native.types.websocket_reconnection as our_reconnection
from openai_native._models import construct_type
from openai_native._types import omit
from openai_native.lib._embeddings import create, decode
from openai_native.lib._response_format import validate_response_format
from openai_native.types import CreateEmbeddingResponse

FLOATS = [0.0, 1.5, -2.25, 3.4028234663852886e38]


def embeddings(value: object) -> Any:
    item = {"object": "embedding", "index": 0, "embedding": value}
    body = {"object": "list", "model": "m", "data": [item], "usage": {}}
    return construct_type(value=body, type_=CreateEmbeddingResponse)


class FakeEndpoint:
    def __init__(self, result: Any) -> None:
        self.result = result
        self.values: tuple[Any, ...] = ()

    async def __call__(self, client: Any, values: tuple[Any, ...], *rest: Any) -> Any:
        self.values = values
        return self.result


def packed() -> str:
    return base64.b64encode(struct.pack("<4f", *FLOATS)).decode()


async def call(endpoint: Any, encoding_format: Any) -> Any:
    values = {"input": "x", "encoding_format": encoding_format, "user": omit}
    client = SimpleNamespace(_chained=False, _takes_detours=lambda: False)
    return await create(endpoint, client, values, None, None, None, None)


async def test_embeddings_travel_as_base64_unless_a_format_is_chosen() -> None:
    endpoint = FakeEndpoint(embeddings(packed()))
    result = await call(endpoint, omit)
    assert endpoint.values == ("x", "base64", omit)
    assert result.data[0].embedding == FLOATS

    endpoint = FakeEndpoint(embeddings(packed()))
    result = await call(endpoint, "base64")
    assert endpoint.values == ("x", "base64", omit)
    assert result.data[0].embedding == packed()


async def test_embeddings_that_come_as_numbers_stay() -> None:
    assert (await call(FakeEndpoint(embeddings([1.0, 2.0])), omit)).data[0].embedding == [1.0, 2.0]


async def test_a_raw_response_decodes_when_it_is_parsed() -> None:
    class Raw:
        _post_parser: Any = None

    raw = Raw()
    assert await call(FakeEndpoint(raw), omit) is raw
    assert raw._post_parser(embeddings(packed())).data[0].embedding == FLOATS


def test_a_response_without_embeddings_is_an_error() -> None:
    empty = construct_type(value={"object": "list", "data": []}, type_=CreateEmbeddingResponse)
    with pytest.raises(ValueError, match="no embeddings"):
        decode(empty)


MESSAGE = {
    "id": "m",
    "type": "message",
    "role": "assistant",
    "status": "completed",
    "content": [
        {"type": "output_text", "text": "a", "annotations": []},
        {"type": "refusal", "refusal": "no"},
        {"type": "output_text", "text": "b", "annotations": []},
    ],
}


@pytest.mark.parametrize(
    "output",
    [[], [MESSAGE], [{"type": "reasoning", "id": "r", "summary": []}, MESSAGE, MESSAGE]],
)
def test_output_text_joins_what_the_official_property_joins(output: list[Any]) -> None:
    value = {"id": "r", "object": "response", "output": output}
    ours: Any = construct_type(value=value, type_=our_responses.Response)
    official: Any = official_construct(value=value, type_=official_responses.Response)
    assert ours.output_text == official.output_text
    assert ours.model_dump() == official.model_dump()


def parsed(package: Any, build: Any) -> Any:
    message = {**MESSAGE, "content": [{**MESSAGE["content"][0], "parsed": {"x": 1}}]}  # type: ignore[index]
    value = {"id": "r", "object": "response", "output": [message]}
    return build(value=value, type_=package.ParsedResponse)


def test_parsed_responses_give_the_parsed_value_and_exclude_it_from_requests() -> None:
    ours = parsed(our_responses, construct_type)
    official = parsed(official_responses, official_construct)
    assert ours.output_parsed == official.output_parsed == {"x": 1}
    assert ours.output[0].__api_exclude__ == official.output[0].__api_exclude__
    assert ours.output[0].__api_exclude__ == {"content": {0: {"parsed"}}}


def test_recoverable_close_codes() -> None:
    for code in range(990, 5000):
        assert our_reconnection.is_recoverable_close(
            code
        ) == official_reconnection.is_recoverable_close(code)


def test_a_model_class_is_no_response_format() -> None:
    class Format(pydantic.BaseModel):
        x: int

    validate_response_format({"type": "text"})
    validate_response_format(dict)
    with pytest.raises(TypeError, match="BaseModel"):
        validate_response_format(Format)
