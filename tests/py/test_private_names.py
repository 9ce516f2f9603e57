"""What other packages import from private modules of the official package, and what it does."""

from __future__ import annotations

import datetime
import importlib
import inspect
import io
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import openai
import pydantic
import pytest
import typing_extensions as te

import openai_native
from openai_native import AsyncOpenAI, OpenAI, _core

NAMES = {
    "_base_client": (
        "AsyncAPIClient SyncAPIClient BaseClient AsyncHttpxClientWrapper SyncHttpxClientWrapper "
        "make_request_options DEFAULT_MAX_RETRIES DEFAULT_TIMEOUT DEFAULT_CONNECTION_LIMITS "
        "_AsyncStreamT _StreamT AsyncPaginator BasePage FinalRequestOptions HTTPX_DEFAULT_TIMEOUT "
        "DefaultAsyncHttpxClient DefaultHttpxClient OtherPlatform get_platform platform_headers"
    ),
    "_compat": "PYDANTIC_V1 cached_property model_copy model_dump model_parse GenericModel",
    "_constants": "RAW_RESPONSE_HEADER OVERRIDE_CAST_TO_HEADER DEFAULT_MAX_RETRIES MAX_RETRY_DELAY",
    "_exceptions": "OpenAIError APIError APIStatusError APIResponseValidationError",
    "_extras": "has_numpy numpy",
    "_extras._common": "MissingDependencyError",
    "_files": "to_httpx_files async_to_httpx_files deepcopy_with_paths",
    "_legacy_response": "LegacyAPIResponse HttpxBinaryResponseContent to_raw_response_wrapper",
    "_models": (
        "BaseModel GenericModel FinalRequestOptions SecurityOptions construct_type "
        "construct_type_unchecked validate_type build add_request_id"
    ),
    "_qs": "Querystring stringify",
    "_resource": "AsyncAPIResource SyncAPIResource",
    "_response": "APIResponse AsyncAPIResponse BaseAPIResponse async_to_streamed_response_wrapper",
    "_streaming": "Stream AsyncStream ServerSentEvent",
    "_types": "NOT_GIVEN NotGiven Omit omit Body Query Headers Timeout RequestOptions ResponseT",
    "_utils": (
        "is_given maybe_transform async_maybe_transform required_args is_dict is_list is_mapping "
        "strip_not_given SensitiveHeadersFilter LazyProxy assert_signatures_in_sync "
        "consume_sync_iterator PropertyInfo asyncify extract_files"
    ),
    "_utils._json": "openapi_dumps",
    "_utils._logs": "setup_logging",
    "_utils._proxy": "LazyProxy",
    "_utils._transform": "PropertyInfo transform",
    "_utils._utils": "strip_not_given",
    "lib._parsing": "type_to_response_format_param parse_chat_completion",
    "lib._parsing._completions": "ResponseFormatT type_to_response_format_param",
    "lib._parsing._responses": "type_to_text_format_param TextFormatT",
    "lib._pydantic": "to_strict_json_schema _ensure_strict_json_schema",
    "lib.streaming": "AssistantEventHandler AsyncAssistantEventHandler",
    "lib.streaming.chat": "ChatCompletionStreamState ChatCompletionStream ContentDeltaEvent",
    "lib.streaming.chat._completions": "ChatCompletionStreamState",
    "lib.streaming.chat._events": "ChunkEvent ContentDeltaEvent",
    "resources.chat.completions": "Completions AsyncCompletions",
    "resources.responses.responses": "Responses AsyncResponses",
}


@pytest.mark.parametrize("module", NAMES)
def test_names_that_are_imported(module: str) -> None:
    for name in NAMES[module].split():
        assert hasattr(importlib.import_module(f"openai.{module}"), name), "not the official name"
        assert hasattr(importlib.import_module(f"openai_native.{module}"), name), name


def test_one_object_under_all_names() -> None:
    from openai_native import _base_client, _client, _models, _streaming

    assert issubclass(AsyncOpenAI, _base_client.AsyncAPIClient)
    assert issubclass(OpenAI, _base_client.SyncAPIClient)
    assert issubclass(OpenAI, _base_client.BaseClient)
    assert _models.FinalRequestOptions is _base_client.FinalRequestOptions
    assert (_client.AsyncOpenAI, _streaming.Stream) == (AsyncOpenAI, openai_native.Stream)
    assert isinstance(AsyncOpenAI(api_key="k")._client, _base_client.AsyncHttpxClientWrapper)


class Inner(te.TypedDict, total=False):
    at: Annotated[datetime.datetime, "iso8601"]
    kind: te.Required[Literal["a"]]


def typed(package: Any) -> Any:
    """The same TypedDict, described in the words of either package."""
    info = package._utils.PropertyInfo

    params = {
        "when": Annotated[datetime.datetime, info(format="iso8601")],
        "day": Annotated[datetime.date, info(format="custom", format_template="%d.%m.")],
        "async_": Annotated[bool, info(alias="async")],
        "items": te.Required[Iterable[Inner]],
        "numbers": Iterable[int],
        "data": Annotated[Any, info(format="base64")],
        "either": str | Annotated[list[Inner], info(alias="unused")],
        "by_name": dict[str, Inner],
    }
    return te.TypedDict("Params", params, total=False)  # type: ignore[operator]


def test_transform_is_the_official_one() -> None:
    from openai_native.types.chat import ChatCompletionMessage

    message = ChatCompletionMessage.model_construct(role="assistant", content="x")
    given = {
        "when": datetime.datetime(2026, 1, 2),
        "day": datetime.date(2026, 1, 2),
        "async_": True,
        "numbers": (1, 2),
        "either": [{"kind": "a"}],
        "by_name": {"x": {"kind": "a"}},
        "unknown": {"async_": 1},
    }
    seen = []
    for package in (openai, openai_native):
        omitted = {"omitted": package.omit, "not_given": package.NOT_GIVEN}
        kind = typed(package)
        items = [{"kind": "a", "at": 1, "more": [2]}]
        values = {**given, **omitted, "items": iter(items), "data": io.BytesIO(b"bytes")}
        seen.append(package._utils.maybe_transform(values, kind))
        seen.append(package._utils.maybe_transform(None, kind))
    assert seen[:2] == seen[2:]
    assert openai_native._utils.transform(message, object) == {
        "role": "assistant",
        "content": "x",
    }


def call(package: Any) -> Any:
    @package._utils.required_args(["a", "b"], ["c"])
    def two(a: int = 0, *, b: int = 0, c: int = 0) -> str:
        return f"{a}{b}{c}"

    @package._utils.required_args(["x"])
    def one(x: int = 0) -> int:
        return x

    return {"two": two, "one": one}


@pytest.mark.parametrize(
    ("name", "args", "given"),
    [
        ("two", (1,), {"b": 2}),
        ("two", (), {"c": 3}),
        ("two", (1,), {}),
        ("two", (1, 2), {}),
        ("one", (), {}),
        ("one", (5,), {}),
    ],
)
def test_required_args_is_the_official_one(name: str, args: Any, given: Any) -> None:
    seen = []
    for package in (openai, openai_native):
        try:
            seen.append(call(package)[name](*args, **given))
        except TypeError as error:
            seen.append(str(error))
    assert seen[0] == seen[1]


PRIVATE = ("_files", "_utils")


@pytest.mark.parametrize("how", ["brackets", "repeat", "indices"])
def test_extract_files_is_the_official_one(how: str) -> None:
    def query() -> dict[str, Any]:
        inner = [{"file": b"1", "n": 1}, {"n": 2}]
        return {"a": b"0", "list": [b"x", b"y"], "inner": inner, "rest": 1, "deep": {"f": b"z"}}

    paths = [["a"], ["list"], ["inner", "<array>", "file"], ["deep", "f"], ["absent"]]
    seen = []
    for package in (openai, openai_native):
        files, utils = (importlib.import_module(f"{package.__name__}.{n}") for n in PRIVATE)
        copied = files.deepcopy_with_paths(query(), paths)
        seen.append((utils.extract_files(copied, paths=paths, array_format=how), copied))
    assert seen[0] == seen[1]


SMALL: list[tuple[str, tuple[Any, ...]]] = [
    ("human_join", ([],)),
    ("human_join", (["a", "b"],)),
    ("human_join", (["a", "b", "c"],)),
    ("json_safe", ({"a": (1, datetime.date(2026, 1, 2)), 2: b"x"},)),
    ("coerce_boolean", ("on",)),
    ("maybe_coerce_integer", (None,)),
    ("maybe_coerce_integer", ("07",)),
    ("flatten", ([[1], [2, 3]],)),
    ("get_required_header", ({"X-request-ID": "1"}, "x-request-id")),
    ("get_required_header", ({}, "x-request-id")),
    ("strip_not_given", ({"a": 1},)),
    ("strip_not_given", (None,)),
    ("removeprefix", ("abc", "a")),
]


@pytest.mark.parametrize(("name", "args"), SMALL)
def test_small_functions_are_the_official_ones(name: str, args: tuple[Any, ...]) -> None:
    seen = []
    for package in (openai, openai_native):
        module = importlib.import_module(f"{package.__name__}._utils._utils")
        try:
            seen.append(getattr(module, name)(*args))
        except ValueError as error:
            seen.append(str(error))
    assert seen[0] == seen[1]


PATHS: list[tuple[str, dict[str, object]]] = [
    ("/v1/{a}?q={a}#{a}", {"a": "a/b?c#d&e=f ö"}),
    ("/{a}/{b}/{c}", {"a": None, "b": True, "c": "..."}),
    ("/{a}?q={b}", {"a": "x", "b": ".."}),
    ("/{a}{a}", {"a": "."}),
    ("/%2e%2E/{a}", {"a": "x"}),
    ("/{b}", {"a": "x"}),
]


@pytest.mark.parametrize(("template", "values"), PATHS)
def test_path_template_is_the_official_one(template: str, values: dict[str, object]) -> None:
    seen = []
    for package in (openai, openai_native):
        try:
            seen.append(package._utils.path_template(template, **values))
        except (KeyError, ValueError) as error:
            seen.append(type(error))
    assert seen[0] == seen[1]


def test_openapi_dumps_knows_aliases() -> None:
    class Person(pydantic.BaseModel):
        first_name: str = pydantic.Field(alias="firstName")
        age: int = 1

    seen = [
        importlib.import_module(f"{package}._utils._json").openapi_dumps(
            {"who": [Person(firstName="x")], "when": datetime.datetime(2026, 1, 2)}
        )
        for package in ("openai", "openai_native")
    ]
    assert seen[0] == seen[1]


@pytest.mark.parametrize("client", [OpenAI, AsyncOpenAI])
def test_the_constructor_can_be_inspected(client: Any) -> None:
    official = getattr(openai, client.__name__)
    *parameters, own = inspect.signature(client.__init__).parameters
    assert parameters == list(inspect.signature(official.__init__).parameters)
    assert own == "network"
    assert (
        inspect.getfullargspec(client.__init__).kwonlyargs
        == inspect.getfullargspec(official.__init__).kwonlyargs
    )
    create = client(api_key="k").chat.completions.create
    assert inspect.signature(create).parameters.keys() >= {"messages", "model", "stream"}
    assert inspect.iscoroutinefunction(create) is (client is AsyncOpenAI)


@pytest.mark.parametrize("name", ["request", "get", "post", "get_api_list"])
@pytest.mark.parametrize("client", [OpenAI, AsyncOpenAI])
def test_annotations_of_links_can_be_evaluated(client: Any, name: str) -> None:
    hints = te.get_type_hints(getattr(client, name))
    assert hints["return"] is not Any
    assert inspect.signature(getattr(client, name), eval_str=True).parameters


def test_what_an_endpoint_tells_of_itself() -> None:
    endpoint = _core.Endpoint("GET", "/a/{b}", params=(("b", "b", "path"),), security="admin")
    assert endpoint.facts == {"params": (("b", "b", "path"),), "security": "admin"}
    assert endpoint.path_for(("c/d",)) == "/a/c%2Fd"
    with pytest.raises(ValueError, match="non-empty value for `b`"):
        endpoint.path_for(("",))
    with pytest.raises(TypeError, match="takes 1 values, not 2"):
        endpoint.path_for(("x", "y"))
    with pytest.raises(TypeError, match="a tuple of values"):
        endpoint.path_for(["x"])  # type: ignore[arg-type]
