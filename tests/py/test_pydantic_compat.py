"""The models as other packages use pydantic models."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import cloudpickle
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError

from openai_native import BaseModel, _core
from openai_native.types import CompletionUsage
from openai_native.types.chat import ChatCompletion, ChatCompletionMessage
from openai_native.types.responses import (
    Response,
    ResponseFunctionToolCall,
    ResponseInputItemParam,
    ResponseOutputItem,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseStreamEvent,
)

CHAT: dict[str, Any] = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {"role": "assistant", "content": "hi", "refusal": None, "new": [1]},
        }
    ],
    "service": {"unknown": True},
}
ITEMS: list[dict[str, Any]] = [
    {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
    {
        "type": "message",
        "id": "m",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": "t", "annotations": []}],
    },
]


def native(kind: Any, value: Any) -> Any:
    """As the core builds it from an answer."""
    return _core.build(kind, json.dumps(value).encode())


def test_type_adapters_over_unions() -> None:
    items = TypeAdapter(list[ResponseOutputItem]).validate_python(ITEMS)
    assert [type(item) for item in items] == [ResponseFunctionToolCall, ResponseOutputMessage]
    again = TypeAdapter(ResponseOutputItem).validate_json(items[1].model_dump_json())
    assert again == items[1] == native(ResponseOutputMessage, ITEMS[1])
    adapter: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
    event = {"type": "response.output_text.delta", "item_id": "i", "output_index": 0}
    event |= {"content_index": 0, "delta": "d", "sequence_number": 1, "logprobs": []}
    assert adapter.validate_python(event).delta == "d"
    with pytest.raises(ValidationError):
        adapter.validate_python({"type": "nothing"})
    param: TypeAdapter[Any] = TypeAdapter(ResponseInputItemParam)
    assert param.validate_python({"role": "user", "content": "hi"})["content"] == "hi"
    assert adapter.json_schema()["$defs"]["ResponseTextDeltaEvent"]


def test_built_objects_pass_for_validated_ones() -> None:
    assert native(ChatCompletion, CHAT) == ChatCompletion.model_validate(CHAT)
    assert TypeAdapter(ChatCompletion).validate_python(native(ChatCompletion, CHAT)).id == "c"


def test_model_construct() -> None:
    text = ResponseOutputText.model_construct(type="output_text", text="t")
    message = ResponseOutputMessage.model_construct(type="message", id="m", content=[text])
    response = Response.model_construct(id="r", output=[message], model="m")
    assert response.output_text == "t"
    assert response.model_dump(exclude_unset=True)["id"] == "r"
    assert ChatCompletion.construct(**CHAT).choices[0].message.content == "hi"


class Own(ChatCompletion):
    """As litellm and vllm have it."""

    cost: float = 0.0

    @property
    def text(self) -> str | None:
        return self.choices[0].message.content


def test_subclasses() -> None:
    for made in (Own(**CHAT), native(Own, CHAT), Own.model_validate(native(Own, CHAT))):
        assert (made.text, made.cost, made.model_extra) == ("hi", 0.0, {"service": CHAT["service"]})
    assert isinstance(native(Own, CHAT), ChatCompletion)


@pytest.mark.parametrize(
    "clone",
    [
        copy.copy,
        copy.deepcopy,
        lambda value: pickle.loads(pickle.dumps(value)),
        lambda value: cloudpickle.loads(cloudpickle.dumps(value)),
        lambda value: value.model_copy(deep=True),
    ],
)
@pytest.mark.parametrize("kind", [ChatCompletion, Own])
def test_copies(kind: Any, clone: Any) -> None:
    value = native(kind, CHAT)
    value._request_id = "req"
    copied = clone(value)
    assert copied == value
    assert copied.model_fields_set == value.model_fields_set
    assert copied.choices[0].message.model_extra == {"new": [1]}


def test_a_class_made_at_run_time_is_pickled_by_value() -> None:
    class Part(BaseModel):
        count: int = 0

    class Middle(CompletionUsage):
        parts: list[Part] | None = None

    class Local(Middle):
        extra_tokens: int = 0

    usage = {"completion_tokens": 1, "prompt_tokens": 2, "total_tokens": 3}
    value = native(Local, {**usage, "parts": [{"count": 7}]})
    copied = cloudpickle.loads(cloudpickle.dumps(value))
    assert type(copied).__mro__[1].__name__ == "Middle"
    assert copied.parts[0].count == 7
    assert copied.parts[0].model_dump() == {"count": 7}
    assert copied.model_dump() == value.model_dump()


# FastAPI makes pydantic warn, with the official models just the same.
@pytest.mark.filterwarnings("ignore:The 'alias' attribute")
def test_fastapi_response_model() -> None:
    app = FastAPI()

    @app.post("/chat", response_model=ChatCompletion)
    async def chat(message: ChatCompletionMessage) -> Any:
        assert message.content == "hi"
        return native(ChatCompletion, CHAT)

    @app.get("/items")
    async def items() -> list[ResponseOutputItem]:
        return [native(ResponseFunctionToolCall, ITEMS[0])]

    with TestClient(app) as client:
        sent = {"role": "assistant", "content": "hi"}
        answered = client.post("/chat", json=sent).json()
        assert ChatCompletion.model_validate(answered) == native(ChatCompletion, answered)
        assert answered["service"] == CHAT["service"]
        assert client.get("/items").json()[0]["name"] == "f"
        assert "ChatCompletion" in client.get("/openapi.json").json()["components"]["schemas"]
