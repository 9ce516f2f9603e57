"""A function of the caller's as a tool of a hosted agent."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

import pydantic

from ...._types import Omit, omit
from ...._utils import is_given
from ..._pydantic import resolve_ref
from ...streaming.agents._types import ToolOutput

if TYPE_CHECKING:
    from ....types.beta.agent_tool_param import AgentToolConfigParamFunction
    from ._tool_error import ToolErrorStage

_ModelT = TypeVar("_ModelT", bound=pydantic.BaseModel)
_OutputT = TypeVar("_OutputT", bound=ToolOutput | Awaitable[ToolOutput], covariant=True)
_SetStage = Callable[["ToolErrorStage"], None]


class FunctionTool(Generic[_OutputT]):
    """A tool's definition, for the agent, and its handler, for `tool_handlers={tool.name: tool}`.

    The handler gets a validated `model`. With `defer_loading` and a tool-search tool beside it,
    the model finds it on demand.
    """

    def __init__(
        self,
        model: type[_ModelT],
        handler: Callable[[_ModelT], _OutputT],
        *,
        name: str,
        description: str,
        defer_loading: bool | Omit = omit,
    ) -> None:
        if not name:
            raise ValueError("The name of a tool must not be empty")
        self._definition: AgentToolConfigParamFunction = {
            "type": "function",
            "name": name,
            "description": description,
            "parameters": _object_schema(model),
        }
        if is_given(defer_loading):
            self._definition["defer_loading"] = defer_loading
        self._model: type[pydantic.BaseModel] = model
        self._handler: Callable[[Any], Any] = handler
        self._convert_output = False

    @property
    def name(self) -> str:
        return self._definition["name"]

    @property
    def definition(self) -> AgentToolConfigParamFunction:
        """What goes into the agent's tools."""
        return deepcopy(self._definition)

    def __call__(self, arguments: dict[str, Any]) -> _OutputT:
        return self._call(arguments, lambda _: None)

    def _call(self, arguments: dict[str, Any], set_stage: _SetStage) -> _OutputT:
        set_stage("arguments")
        parsed = self._model.model_validate(arguments)
        set_stage("execution")
        if self._convert_output and inspect.iscoroutinefunction(self._handler):
            return cast("_OutputT", _converted(self._handler, parsed, set_stage))
        output = self._handler(parsed)
        if not self._convert_output:
            return cast("_OutputT", output)
        if inspect.isawaitable(output):
            return cast("_OutputT", _AwaitableOutput(output, set_stage))
        set_stage("output")
        return cast("_OutputT", tool_output(output))


async def _converted(
    handler: Callable[[Any], Awaitable[object]], parsed: object, set_stage: _SetStage
) -> ToolOutput:
    value = await handler(parsed)  # called here: closed before it starts, nothing is left behind
    set_stage("output")
    return tool_output(value)


class _AwaitableOutput:
    """What a handler returned to be awaited; it can be closed unawaited."""

    def __init__(self, output: Awaitable[object], set_stage: _SetStage) -> None:
        self._output = output
        self._set_stage = set_stage

    def __await__(self) -> Generator[Any, None, ToolOutput]:
        value = yield from self._output.__await__()
        self._set_stage("output")
        return tool_output(value)

    def close(self) -> None:
        if inspect.iscoroutine(self._output):
            self._output.close()
        elif isinstance(self._output, asyncio.Future):
            self._output.cancel()


def _object_schema(model: type[pydantic.BaseModel]) -> dict[str, Any]:
    schema = deepcopy(model.model_json_schema())
    root, seen = schema, set[str]()
    while isinstance(ref := root.get("$ref"), str) and ref not in seen:
        seen.add(ref)
        resolved = resolve_ref(root=schema, ref=ref)
        if not isinstance(resolved, dict):
            break
        root = resolved
    if root.get("type") != "object":
        raise TypeError(
            "The arguments of a tool need an object JSON schema (root-level compositions are "
            "unsupported): wrap a union into a field"
        )
    return schema


def tool_output(value: Any) -> ToolOutput:
    """What a handler returned, as a tool may answer: text, parts of a message, or JSON."""
    if isinstance(value, pydantic.BaseModel):
        value = value.model_dump(mode="json")
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        value = dict(value)
    elif isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray)):
        value = value if isinstance(value, (list, tuple)) else list(value)
        if value and all(map(_is_part, value)):
            return cast("ToolOutput", value)
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _is_part(value: object) -> bool:
    if not isinstance(value, dict) or len(value) != 2:
        return False
    kind = value.get("type")
    return (kind == "input_text" and isinstance(value.get("text"), str)) or (
        kind == "input_image" and isinstance(value.get("image_url"), str)
    )


@overload
def pydantic_function_tool(  # type: ignore[overload-overlap]
    model: type[_ModelT],
    *,
    handler: Callable[[_ModelT], Awaitable[object]],
    name: str | None = None,
    description: str | None = None,
    defer_loading: bool | Omit = omit,
) -> FunctionTool[Awaitable[ToolOutput]]: ...
@overload
def pydantic_function_tool(
    model: type[_ModelT],
    *,
    handler: Callable[[_ModelT], object],
    name: str | None = None,
    description: str | None = None,
    defer_loading: bool | Omit = omit,
) -> FunctionTool[ToolOutput]: ...
def pydantic_function_tool(
    model: type[_ModelT],
    *,
    handler: Callable[[_ModelT], object],
    name: str | None = None,
    description: str | None = None,
    defer_loading: bool | Omit = omit,
) -> FunctionTool[Any]:
    """A tool whose arguments are `model`; whatever the handler returns becomes JSON.

    The name defaults to the model's name, the description to its docstring. Asynchronous handlers
    need `AsyncOpenAI`.
    """
    tool = FunctionTool[Any](
        model,
        cast("Callable[[_ModelT], Any]", handler),
        name=model.__name__ if name is None else name,
        description=(model.__doc__ or "") if description is None else description,
        defer_loading=defer_loading,
    )
    tool._convert_output = True
    return tool
