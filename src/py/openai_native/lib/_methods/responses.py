# Synchronous twin: responses_sync.py (derived)

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..._types import Omit, omit
from ..._utils import is_given
from ...types.responses.response import Response
from .._parsing._responses import parse_response, type_to_text_format_param
from .._tools import PydanticFunctionTool, ResponsesPydanticFunctionTool
from ..streaming._request import prepare
from ..streaming.responses._responses import AsyncResponseStreamManager
from ._post import post

if TYPE_CHECKING:
    from ...types.responses import ParsedResponse


async def parse(
    resource: Any,
    *,
    text_format: Any,
    parse_as: Any,
    input: Any,
    text: Any,
    tools: Any,
    extra_body: Any,
    **arguments: Any,
) -> Any:
    text = _with_format(text, text_format)
    sent = extra_body.get("input", input) if isinstance(extra_body, dict) else input
    output_format = _output_format(sent, text, text_format, parse_as)
    input_tools = _input_tools(tools)

    def parsed(response: Response) -> ParsedResponse[Any]:
        return parse_response(text_format=output_format, input_tools=input_tools, response=response)

    return await post(
        resource,
        "/responses",
        cast_to=Response,
        post_parser=parsed,
        extra_body=extra_body,
        input=input,
        text=text,
        tools=input_tools,
        **arguments,
    )


def stream(
    resource: Any,
    *,
    response_id: Any,
    starting_after: Any,
    text_format: Any,
    text: Any,
    tools: Any,
    extra_headers: Any,
    extra_query: Any,
    extra_body: Any,
    timeout: Any,
    **arguments: Any,
) -> AsyncResponseStreamManager[Any]:
    given = [n for n, value in {**arguments, "text": text}.items() if is_given(value)]
    if given and (is_given(response_id) or is_given(starting_after)):
        raise ValueError(
            "response_id and starting_after continue a response that exists: they cannot be "
            f"provided together with {', '.join(given)}"
        )
    input_tools = _input_tools(tools)
    options = {
        "extra_headers": extra_headers,
        "extra_query": extra_query,
        "extra_body": extra_body,
        "timeout": timeout,
    }
    if given:
        if not is_given(arguments["model"]):
            raise ValueError("model must be provided when creating a new response")
        text = _with_format(text, text_format)
        request = prepare(
            resource.create, stream=True, text=text, tools=input_tools, **arguments, **options
        )
    elif not is_given(response_id):
        raise ValueError("response_id must be provided when streaming an existing response")
    else:
        request = prepare(resource.retrieve, response_id, stream=True, include=[], **options)
    return AsyncResponseStreamManager(
        request,
        text_format=text_format,
        input_tools=input_tools,
        starting_after=starting_after if is_given(starting_after) and not given else None,
    )


def _with_format(text: Any, text_format: Any) -> Any:
    if not is_given(text_format):
        return text
    if text and "format" in text:
        raise TypeError("Cannot mix and match text.format with text_format")
    return {**(text or {}), "format": type_to_text_format_param(text_format)}


def _output_format(input: Any, text: Any, text_format: Any, parse_as: Any) -> Any:
    """The type of the answer: a configuration update in the input may have changed the format."""
    if parse_as is None:
        return omit
    changed = _updated_format(input) if isinstance(input, list) else None
    if changed is not None and changed.get("type") == "text":
        if is_given(parse_as):
            raise TypeError("parse_as does not go with a plain-text format update")
        return omit
    if is_given(parse_as):
        return parse_as
    sent = text.get("format") if is_given(text) else None
    if changed is not None and is_given(text_format) and changed != sent:
        raise TypeError(
            "The input updates the output format. Pass parse_as: its type, or None to read the "
            "plain output_text"
        )
    return text_format


def _updated_format(input: list[Any]) -> dict[str, Any] | None:
    for item in reversed(input):
        if isinstance(item, dict) and item.get("type") == "configuration_update":
            text = item.get("text")
            if isinstance(text, dict) and isinstance(text.get("format"), dict):
                return dict(text["format"])
    return None


def _input_tools(tools: Iterable[Any] | Omit) -> list[Any] | Omit:
    """The tools as a list, in the shape of the Responses API."""
    if not is_given(tools):
        return omit
    return [_input_tool(tool) for tool in tools]


def _input_tool(tool: Any) -> Any:
    if tool["type"] == "namespace":
        return {**tool, "tools": list(tool["tools"])}
    if tool["type"] != "function" or "function" not in tool:
        return tool
    function = tool["function"]
    if not isinstance(function, PydanticFunctionTool):
        raise Exception(
            "A function tool in the shape of chat completions must come from "
            "`openai_native.pydantic_function_tool()`"
        )
    definition: Any = {
        "description": None,
        **function,
        "type": "function",
        "strict": function.get("strict") or False,
    }
    return ResponsesPydanticFunctionTool(definition, function.model)
