# Synchronous twin: chat_completions_sync.py (derived)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...types.chat.chat_completion import ChatCompletion
from .._parsing import (
    materialize_input_tools,
    parse_chat_completion,
    type_to_response_format_param,
    validate_input_tools,
)
from ..streaming._request import prepare
from ..streaming.chat._completions import AsyncChatCompletionStreamManager
from ._post import post

if TYPE_CHECKING:
    from ...types.chat import ParsedChatCompletion


async def parse(
    resource: Any, *, response_format: Any, tools: Any, extra_headers: Any, **arguments: Any
) -> Any:
    input_tools = validate_input_tools(tools)

    def parsed(completion: ChatCompletion) -> ParsedChatCompletion[Any]:
        return parse_chat_completion(
            response_format=response_format, input_tools=input_tools, chat_completion=completion
        )

    return await post(
        resource,
        "/chat/completions",
        cast_to=ChatCompletion,
        post_parser=parsed,
        extra_headers={
            "X-Stainless-Helper-Method": "chat.completions.parse",
            **(extra_headers or {}),
        },
        stream=False,
        response_format=type_to_response_format_param(response_format),
        tools=input_tools,
        **arguments,
    )


def stream(
    resource: Any, *, response_format: Any, tools: Any, extra_headers: Any, **arguments: Any
) -> AsyncChatCompletionStreamManager[Any]:
    input_tools = materialize_input_tools(tools)
    request = prepare(
        resource.create,
        stream=True,
        response_format=type_to_response_format_param(response_format),
        tools=input_tools,
        extra_headers={
            "X-Stainless-Helper-Method": "chat.completions.stream",
            **(extra_headers or {}),
        },
        **arguments,
    )
    return AsyncChatCompletionStreamManager(
        request, response_format=response_format, input_tools=input_tools
    )
