"""Function tools from pydantic models; the model travels along, to parse the arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .._types import Omit, omit
from ._pydantic import to_strict_json_schema

if TYPE_CHECKING:
    import pydantic

    from ..types.chat import ChatCompletionFunctionToolParam
    from ..types.responses.function_tool_param import FunctionToolParam as ResponsesFunctionTool
    from ..types.shared_params import FunctionDefinition


class PydanticFunctionTool(dict[str, Any]):
    """The `function` of a chat completion's tool: plain JSON to whoever sends it."""

    model: type[pydantic.BaseModel]

    def __init__(self, defn: FunctionDefinition, model: type[pydantic.BaseModel]) -> None:
        super().__init__(defn)
        self.model = model

    def cast(self) -> FunctionDefinition:
        return cast("FunctionDefinition", self)


class ResponsesPydanticFunctionTool(dict[str, Any]):
    """A tool of the Responses API."""

    model: type[pydantic.BaseModel]

    def __init__(self, tool: ResponsesFunctionTool, model: type[pydantic.BaseModel]) -> None:
        super().__init__(tool)
        self.model = model

    def cast(self) -> ResponsesFunctionTool:
        return cast("ResponsesFunctionTool", self)


def pydantic_function_tool(
    model: type[pydantic.BaseModel],
    *,
    name: str | None = None,
    description: str | None = None,
) -> ChatCompletionFunctionToolParam:
    """A strict tool whose arguments are `model`, for `chat.completions.parse` and `.stream`.

    The name defaults to the model's name, the description to the model's docstring.
    """
    definition: FunctionDefinition = {
        "name": name or model.__name__,
        "strict": True,
        "parameters": to_strict_json_schema(model),
    }
    # Not inspect.getdoc(): that would find the docstring of pydantic.BaseModel.
    if description is None:
        description = model.__doc__
    if description is not None:
        definition["description"] = description
    return {"type": "function", "function": PydanticFunctionTool(definition, model).cast()}


def pydantic_responses_function_tool(
    model: type[pydantic.BaseModel],
    *,
    name: str | None = None,
    description: str | None = None,
    defer_loading: bool | Omit = omit,
) -> ResponsesFunctionTool:
    """A strict tool whose arguments are `model`, for `responses.parse` and `.stream`.

    With `defer_loading` and a tool-search tool beside it, the model finds it on demand.
    """
    function = pydantic_function_tool(model, name=name, description=description)["function"]
    definition = cast("ResponsesFunctionTool", {"type": "function", **function})
    tool = ResponsesPydanticFunctionTool(definition, model)
    if not isinstance(defer_loading, Omit):
        tool["defer_loading"] = defer_loading
    return tool.cast()
