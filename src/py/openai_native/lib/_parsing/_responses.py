"""`Response` -> `ParsedResponse`: texts and tool arguments as the caller's types."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import TypeVar

from ..._types import Omit
from ..._utils import is_given
from ...types.responses.parsed_response import (
    ParsedResponse,
    ParsedResponseFunctionToolCall,
    ParsedResponseOutputMessage,
    ParsedResponseOutputText,
)
from .._reshape import recast
from .._tools import ResponsesPydanticFunctionTool
from ._completions import type_to_response_format_param
from ._formats import from_text

if TYPE_CHECKING:
    from ...types.responses import (
        FunctionToolParam,
        Response,
        ResponseFormatTextConfigParam,
        ResponseFunctionToolCall,
        ToolParam,
    )
    from ...types.responses.namespace_tool_param import ToolFunction

# None: nothing is parsed.
TextFormatT = TypeVar("TextFormatT", default=None)


def type_to_text_format_param(type_: type) -> ResponseFormatTextConfigParam:
    made: Any = type_to_response_format_param(type_)
    named = made["json_schema"]
    return {
        "type": "json_schema",
        "strict": True,
        "name": named["name"],
        "schema": named["schema"],
    }


def parse_response(
    *,
    text_format: type[TextFormatT] | Omit,
    input_tools: Iterable[ToolParam] | Omit | None,
    response: Response | ParsedResponse[object],
) -> ParsedResponse[TextFormatT]:
    output: list[Any] = []
    for item in response.output or []:
        if item.type == "message":
            content = [_parsed_part(part, item.phase, text_format) for part in item.content or []]
            output.append(recast(ParsedResponseOutputMessage, item, content=content))
        elif item.type == "function_call":
            arguments = parse_function_tool_arguments(input_tools=input_tools, function_call=item)
            output.append(recast(ParsedResponseFunctionToolCall, item, parsed_arguments=arguments))
        else:
            output.append(item)
    return recast(ParsedResponse, response, output=output)


def _parsed_part(part: Any, phase: str | None, text_format: type | Omit) -> Any:
    if part.type != "output_text":
        return part
    parsed = parse_text(part.text, text_format=text_format, phase=phase)
    return recast(ParsedResponseOutputText, part, parsed=parsed)


def parse_text(
    text: str, text_format: type[TextFormatT] | Omit, *, phase: str | None
) -> TextFormatT | None:
    """The text as a `text_format`, if it is an answer: text of other phases is only talk.

    Messages without a phase, from models that know none, are answers.
    """
    if phase not in (None, "final_answer") or not is_given(text_format):
        return None
    return from_text(text_format, text)


def get_input_tool_by_name(
    *, input_tools: Iterable[ToolParam], name: str, namespace: str | None = None
) -> FunctionToolParam | ToolFunction | None:
    tools: list[Any] = list(input_tools)
    if namespace is not None:
        for tool in tools:
            if tool["type"] == "namespace" and tool["name"] == namespace:
                return _function_named(name, tool["tools"])
        # A top-level function that was loaded on demand comes under its own name as namespace.
        if namespace != name:
            return None
    return _function_named(name, tools)


def _function_named(name: str, tools: Iterable[Any]) -> FunctionToolParam | ToolFunction | None:
    for tool in tools:
        if tool["type"] == "function" and tool.get("name") == name:
            return cast("FunctionToolParam", tool)
    return None


def parse_function_tool_arguments(
    *,
    input_tools: Iterable[ToolParam] | Omit | None,
    function_call: ParsedResponseFunctionToolCall | ResponseFunctionToolCall,
) -> object:
    """The model that the tool was made from; plain JSON for other strict tools; else None."""
    if input_tools is None or not is_given(input_tools):
        return None
    tool: Any = get_input_tool_by_name(
        input_tools=input_tools, name=function_call.name, namespace=function_call.namespace
    )
    if isinstance(tool, ResponsesPydanticFunctionTool):
        return tool.model.model_validate_json(function_call.arguments)
    if not tool or not tool.get("strict"):
        return None
    return cast("object", json.loads(function_call.arguments))
