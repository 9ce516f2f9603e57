"""`ChatCompletion` -> `ParsedChatCompletion`: content and tool arguments as the caller's types."""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from typing_extensions import TypeVar

from ..._exceptions import ContentFilterFinishReasonError, LengthFinishReasonError
from ..._types import Omit, omit
from ..._utils import is_given
from ...types.chat.parsed_chat_completion import (
    ParsedChatCompletion,
    ParsedChatCompletionMessage,
    ParsedChoice,
)
from ...types.chat.parsed_function_tool_call import ParsedFunction, ParsedFunctionToolCall
from .._reshape import recast
from .._tools import PydanticFunctionTool
from ._formats import from_text, strict_schema

if TYPE_CHECKING:
    from ...types.chat import (
        ChatCompletion,
        ChatCompletionFunctionToolParam,
        ChatCompletionMessage,
        ChatCompletionToolUnionParam,
    )
    from ...types.chat.chat_completion_message_function_tool_call import Function
    from ...types.chat.completion_create_params import ResponseFormat

# None: nothing is parsed.
ResponseFormatT = TypeVar("ResponseFormatT", default=None)

log = logging.getLogger("openai.lib.parsing")


def materialize_input_tools(
    tools: Iterable[ChatCompletionToolUnionParam] | Omit = omit,
) -> list[ChatCompletionToolUnionParam] | Omit:
    return list(tools) if is_given(tools) else omit


def validate_input_tools(
    tools: Iterable[ChatCompletionToolUnionParam] | Omit = omit,
) -> list[ChatCompletionFunctionToolParam] | Omit:
    """The tools as a list; ValueError if there is one whose arguments cannot be parsed."""
    if not is_given(tools):
        return omit
    checked = list(tools)
    for tool in checked:
        if tool["type"] != "function":
            raise ValueError(
                "Currently only `function` tool types support auto-parsing; "
                f"Received `{tool['type']}`"
            )
        if tool["function"].get("strict") is not True:
            raise ValueError(
                f"`{tool['function']['name']}` is not strict. "
                "Only `strict` function tools can be auto-parsed"
            )
    return cast("list[ChatCompletionFunctionToolParam]", checked)


def parse_chat_completion(
    *,
    response_format: type[ResponseFormatT] | ResponseFormat | Omit,
    input_tools: Iterable[ChatCompletionToolUnionParam] | Omit,
    chat_completion: ChatCompletion | ParsedChatCompletion[object],
) -> ParsedChatCompletion[ResponseFormatT]:
    tools = list(input_tools) if is_given(input_tools) else []
    choices: list[ParsedChoice[ResponseFormatT]] = []
    for choice in chat_completion.choices:
        if choice.finish_reason == "length":
            raise LengthFinishReasonError(completion=chat_completion)
        if choice.finish_reason == "content_filter":
            raise ContentFilterFinishReasonError(completion=chat_completion)
        message = recast(
            ParsedChatCompletionMessage,
            choice.message,
            parsed=maybe_parse_content(response_format=response_format, message=choice.message),
            tool_calls=_parsed_tool_calls(choice.message.tool_calls or [], tools) or None,
        )
        choices.append(recast(ParsedChoice, choice, message=message))
    return recast(ParsedChatCompletion, chat_completion, choices=choices)


def _parsed_tool_calls(calls: Iterable[Any], tools: list[Any]) -> list[Any]:
    parsed = []
    for call in calls:
        if call.type == "function":
            arguments = parse_function_tool_arguments(input_tools=tools, function=call.function)
            function = recast(ParsedFunction, call.function, parsed_arguments=arguments)
            parsed.append(recast(ParsedFunctionToolCall, call, function=function))
        elif call.type == "custom":
            log.warning("Custom tool calls cannot be parsed: ignoring %s", call.id, stacklevel=3)
        else:
            parsed.append(call)
    return parsed


def get_input_tool_by_name(
    *, input_tools: Iterable[ChatCompletionToolUnionParam], name: str
) -> ChatCompletionFunctionToolParam | None:
    for tool in input_tools:
        if tool["type"] == "function" and tool.get("function", {}).get("name") == name:
            return tool
    return None


def parse_function_tool_arguments(
    *,
    input_tools: Iterable[ChatCompletionToolUnionParam],
    function: Function | ParsedFunction,
) -> object | None:
    """The model that the tool was made from; plain JSON for other strict tools; else None."""
    tool = get_input_tool_by_name(input_tools=input_tools, name=function.name)
    definition: Any = tool and tool.get("function")
    if isinstance(definition, PydanticFunctionTool):
        return definition.model.model_validate_json(function.arguments)
    if not definition or not definition.get("strict"):
        return None
    return cast("object", json.loads(function.arguments))


def maybe_parse_content(
    *,
    response_format: type[ResponseFormatT] | ResponseFormat | Omit,
    message: ChatCompletionMessage | ParsedChatCompletionMessage[object],
) -> ResponseFormatT | None:
    if has_rich_response_format(response_format) and message.content and not message.refusal:
        return from_text(response_format, message.content)
    return None


def has_parseable_input(
    *,
    response_format: type | ResponseFormat | Omit,
    input_tools: Iterable[ChatCompletionToolUnionParam] | Omit = omit,
) -> bool:
    """Whether anything in the answer will be parsed."""
    if has_rich_response_format(response_format):
        return True
    return any(is_parseable_tool(tool) for tool in input_tools or [])


def has_rich_response_format(
    response_format: type[ResponseFormatT] | ResponseFormat | Omit,
) -> TypeGuard[type[ResponseFormatT]]:
    return is_given(response_format) and not is_response_format_param(response_format)


def is_response_format_param(response_format: object) -> TypeGuard[ResponseFormat]:
    return isinstance(response_format, dict)


def is_parseable_tool(input_tool: ChatCompletionToolUnionParam) -> bool:
    if input_tool["type"] != "function":
        return False
    function: Any = input_tool.get("function")
    return isinstance(function, PydanticFunctionTool) or bool(function.get("strict"))


def type_to_response_format_param(
    response_format: type | ResponseFormat | Omit,
) -> ResponseFormat | Omit:
    if not is_given(response_format):
        return omit
    if is_response_format_param(response_format):
        return response_format
    if not inspect.isclass(response_format):
        raise TypeError(f"Unsupported response_format type - {response_format}")
    schema = strict_schema(response_format)
    return {
        "type": "json_schema",
        "json_schema": {"schema": schema, "name": response_format.__name__, "strict": True},
    }


def is_strict_chat_completion_tool_param(
    tool: ChatCompletionToolUnionParam,
) -> TypeGuard[ChatCompletionFunctionToolParam]:
    return tool["type"] == "function" and tool["function"].get("strict") is True


def select_strict_chat_completion_tools(
    tools: Iterable[ChatCompletionToolUnionParam] | Omit = omit,
) -> Iterable[ChatCompletionFunctionToolParam] | Omit:
    if not is_given(tools):
        return omit
    return [tool for tool in tools if is_strict_chat_completion_tool_param(tool)]
