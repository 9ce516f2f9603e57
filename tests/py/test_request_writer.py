"""Bodies, paths, queries: the bytes of the official client, or an error that names the path."""

from __future__ import annotations

import collections
import contextlib
import datetime
import enum
import importlib
import json
import math
import types
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pydantic
import pytest
from openai._utils._json import openapi_dumps

from openai_native import AsyncOpenAI, _core, not_given, omit
from openai_native.types.chat import ChatCompletionMessage
from scripted import Request, ScriptedServer


class Color(str, enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    BIG = 3


class Ratio(float):
    def __repr__(self) -> str:
        return "not a number"


class Name(str):
    def __str__(self) -> str:
        return "something else"


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")

    first: int = 1
    second: datetime.datetime | None = None


SAME: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    2**63 - 1,
    -(2**63),
    2**63,
    10**300,
    0.0,
    -0.0,
    1.0,
    0.1,
    1e16,
    1e15,
    123456789012345680.0,
    1e-4,
    1e-5,
    5e-324,
    1.7976931348623157e308,
    "",
    "plain",
    'quote " backslash \\ slash /',
    "".join(map(chr, range(0x20))) + "\x7f",
    "é ü ñ \u2028 \u2029 日本語 😀",
    "a" * 10_000 + "\n" + "é" * 5_000,
    [],
    {},
    (),
    [1, [2, [3, {}]]],
    (1, "two", None),
    {"a": {"b": {"c": [1, 2.5, "x"]}}},
    {1: "int", 2.5: "real", False: "bool", None: "none"},
    {"": 1, "é": 2, '"': 3},
    Color.RED,
    Size.BIG,
    Ratio(0.5),
    Name("name"),
    {Color.RED: Size.BIG},
    collections.OrderedDict([("b", 1), ("a", 2)]),
    collections.defaultdict(list, {"x": [1]}),
    datetime.datetime(2026, 11, 21, 9, 30, tzinfo=datetime.timezone.utc),
    datetime.datetime(2026, 11, 21, 9, 30, 1, 5),
    Model(first=2),
    Model(second=datetime.datetime(2026, 1, 1), other={"x": [1]}),  # type: ignore[call-arg]
    [Model(), {"nested": Model(first=5)}],
    [[[[[[[[[[1]]]]]]]]]],
]


@pytest.mark.parametrize("value", SAME, ids=lambda value: repr(value)[:30])
def test_same_bytes_as_the_official_client(value: Any) -> None:
    assert _core.dumps(value) == openapi_dumps(value)
    assert _core.dumps([value, {"in": value}]) == openapi_dumps([value, {"in": value}])


def test_every_character_alone() -> None:
    letters = [chr(code) for code in range(0x3000) if not 0xD800 <= code < 0xE000]
    assert _core.dumps(letters) == openapi_dumps(letters)


def test_what_the_official_transform_makes_json_of() -> None:
    def numbers() -> Iterator[int]:
        yield from range(3)

    assert _core.dumps(numbers()) == b"[0,1,2]"
    assert _core.dumps({"a": omit, "b": not_given, "c": 1}) == b'{"c":1}'
    assert _core.dumps(types.MappingProxyType({"a": (x for x in "bc")})) == b'{"a":["b","c"]}'
    assert _core.dumps(datetime.date(2026, 1, 2)) == b'"2026-01-02"'
    message = ChatCompletionMessage(role="assistant", content=None, unknown="kept")  # type: ignore[call-arg]
    assert json.loads(_core.dumps([message])) == [
        {"role": "assistant", "content": None, "unknown": "kept"}
    ]


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def _cyclic() -> Any:
    value: dict[str, Any] = {}
    value["self"] = [value]
    return value


@pytest.mark.parametrize(
    ("value", "error", "told"),
    [
        ({"messages": [1, 2, {"content": [b"x"]}]}, TypeError, "messages[2].content[0]: "),
        ({"a": {"b": math.nan}}, ValueError, "a.b: "),
        ({"a": [math.inf]}, ValueError, "a[0]: "),
        ({"a": "\ud800"}, ValueError, "a: "),
        ({"a\ud800": 1}, ValueError, "surrogates"),
        ({"a": object()}, TypeError, "a: an object of type object"),
        ({"a": bytearray(b"x")}, TypeError, "a: "),
        ({"a": Decimal(1)}, TypeError, "a: an object of type decimal.Decimal"),
        ({"a": [omit]}, TypeError, "a[0]: "),
        ({"a": {(1, 2): 3}}, TypeError, "a.(1, 2): keys must be str"),
        ([[math.nan]], ValueError, "[0][0]: "),
        (math.nan, ValueError, "the request body: "),
        ({"x": _nested(300)}, ValueError, "nested more than 255 levels"),
        (_cyclic(), ValueError, "circular"),
    ],
)
def test_errors_name_the_path(value: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error) as caught:
        _core.dumps(value)
    assert told in str(caught.value)


def test_nesting_that_is_fine() -> None:
    assert _core.dumps(_nested(255)) == b"[" * 255 + b"1" + b"]" * 255


def test_errors_of_the_caller_pass_through() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        _core.dumps({"a": broken()})

    class Changing(dict[str, Any]):
        pass

    changing = Changing()

    def change() -> Iterator[int]:
        changing["more"] = 1
        yield 1

    changing["a"] = change()
    with pytest.raises(RuntimeError, match="changed size"):
        _core.dumps(changing)


def test_lists_that_shrink_while_written() -> None:
    items: list[Any] = []

    def shrink() -> Iterator[int]:
        items.clear()
        yield 1

    items.extend([shrink(), object(), object()])
    assert _core.dumps(items) == b"[[1]]"


async def test_body_members(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    await scripted_client.chat.completions.create(
        model="m",
        messages=({"role": role, "content": "é"} for role in ("system", "user")),
        temperature=omit,
        seed=None,
        metadata={"a": "b"},
    )
    assert scripted.last.json() == {
        "messages": [{"role": role, "content": "é"} for role in ("system", "user")],
        "model": "m",
        "seed": None,
        "metadata": {"a": "b"},
    }


async def test_extra_body_merges_as_in_the_official_client(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    await scripted_client.chat.completions.create(
        model="m",
        messages=[],
        seed=1,
        extra_body={"model": "other", "new": {"x": [1]}, "seed": omit, "gone": omit, 5: 6},
    )
    assert scripted.last.json() == {"model": "other", "messages": [], "new": {"x": [1]}, "5": 6}
    with pytest.raises(TypeError, match="extra_body must be a mapping"):
        await scripted_client.chat.completions.create(model="m", messages=[], extra_body=[1])
    with pytest.raises(ValueError, match=r"^new\.x: "):
        await scripted_client.chat.completions.create(
            model="m", messages=[], extra_body={"new": {"x": math.nan}}
        )


async def test_path_values(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    for value, sent in {
        "gpt-4o": "gpt-4o",
        "ft:gpt/x y": "ft:gpt%2Fx%20y",
        "é%?#&=+": "%C3%A9%25%3F%23&=+",
        "...": "...",
    }.items():
        await scripted_client.models.retrieve(value)
        assert scripted.last.target == f"/v1/models/{sent}"
    for value in ("", None):
        with pytest.raises(ValueError, match="Expected a non-empty value for `model` but received"):
            await scripted_client.models.retrieve(value)  # type: ignore[arg-type]
    for value in (".", "..", "%2e", "%2E."):
        if "%" in value:
            await scripted_client.models.retrieve(value)
            assert "%25" in scripted.last.target
        else:
            with pytest.raises(ValueError, match="dot-segment"):
                await scripted_client.models.retrieve(value)


async def test_queries(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    await scripted_client.fine_tuning.jobs.list(
        limit=5,
        after=omit,
        extra_query={
            "a b": "c d+é&=",
            "list": [1, True, None, 2.5, "x"],
            "deep": {"x": {"y": 1}, "z": [1]},
            "none": None,
            "empty": [],
            "text": "",
            "when": datetime.datetime(2026, 1, 2, 3, 4),
        },
    )
    assert scripted.last.target == (
        "/v1/fine_tuning/jobs?limit=5&a+b=c+d%2B%C3%A9%26%3D&list%5B%5D=1&list%5B%5D=true"
        "&list%5B%5D=2.5&list%5B%5D=x&deep%5Bx%5D%5By%5D=1&deep%5Bz%5D%5B%5D=1&text="
        "&when=2026-01-02T03%3A04%3A00"
    )
    await scripted_client.fine_tuning.jobs.list(limit=5, extra_query={"limit": 6})
    assert scripted.last.query == [("limit", "6")]


async def test_default_query_gives_way(scripted: ScriptedServer) -> None:
    async with AsyncOpenAI(
        base_url=scripted.url,
        api_key="k",
        default_query={"a": 1, "b": {"c": 2}, "limit": 9, "list": [1, 2]},
    ) as client:
        await client.fine_tuning.jobs.list(limit=5, extra_query={"b": {"d": 3}})
        assert scripted.last.query == [
            ("a", "1"),
            ("list[]", "1"),
            ("list[]", "2"),
            ("limit", "5"),
            ("b[d]", "3"),
        ]


def _message() -> dict[str, Any]:
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": ({"id": "1", "type": "function"} for _ in range(1)),
    }


# Arguments for the same call of both clients: (resource, method, keywords).
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("models", "retrieve", {"model": "a/b c?d#é"}),
    ("models", "list", {"extra_query": {"x y": "z+é", "l": [1, [2]], "d": {"a": {"b": [True]}}}}),
    ("models", "list", {"extra_query": {"real": 1.5, "none": None, "empty": "", "e": Color.RED}}),
    ("models", "delete", {"model": "m", "extra_headers": {"X-Own": "1", "accept": "text/plain"}}),
    ("models", "list", {"extra_headers": {"User-Agent": "mine", "X-Stainless-Lang": omit}}),
    ("models", "list", {"timeout": 5}),
    ("models", "list", {"timeout": 2.5}),
    ("models", "list", {"timeout": None}),
    ("embeddings", "create", {"model": "m", "input": [1], "extra_body": {"input": "x", "n": None}}),
    ("embeddings", "create", {"model": "m", "input": ("a", "b"), "encoding_format": "float"}),
    ("fine_tuning.jobs", "list", {"limit": 3, "metadata": {"a": "b c"}}),
    ("responses", "cancel", {"response_id": "r_1"}),
    ("responses", "create", {"model": "m", "input": "é", "metadata": {"k": "v"}, "extra_body": {}}),
    ("chat.completions", "create", {"model": "m", "messages": [Model(first=2)], "stop": None}),
    ("chat.completions", "create", {"messages": [], "model": "m", "logit_bias": {"5": -1.5}}),
    ("chat.completions", "create", {"messages": [_message], "model": "m", "top_p": 0.1}),
]


@pytest.mark.parametrize("index", range(len(CALLS)))
async def test_same_request_as_the_official_client(scripted: ScriptedServer, index: int) -> None:
    resource, method, keywords = CALLS[index]
    sent = []
    for package in ("openai", "openai_native"):
        module = importlib.import_module(package)
        async with module.AsyncOpenAI(base_url=scripted.url, api_key="k", max_retries=0) as client:
            given = {
                name: [each() for each in value] if value == [_message] else value
                for name, value in keywords.items()
            }
            if "extra_headers" in given:
                given["extra_headers"] = {
                    name: module.omit if value is omit else value
                    for name, value in given["extra_headers"].items()
                }
            found: Any = client
            for name in resource.split("."):
                found = getattr(found, name)
            # Neither client likes the empty object that comes back for embeddings.
            with contextlib.suppress(ValueError):
                await getattr(found, method)(**given)
        sent.append(scripted.last)
    official, ours = sent
    assert (ours.method, ours.target) == (official.method, official.target)
    assert ours.body == official.body
    own_words = {"accept-encoding", "connection", "host", "user-agent"}
    if "User-Agent" in keywords.get("extra_headers", {}):
        own_words.remove("user-agent")
    assert _headers(ours, own_words) == _headers(official, own_words)


def _headers(request: Request, without: set[str]) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers if name.lower() not in without}
