"""Sessions of hosted agents: created with local tools and a type for the answer, or followed."""

# Synchronous twin: agent_sessions_sync.py (derived)

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..._utils import is_given
from ...types.beta.agent_session import AgentSession
from ...types.beta.agents.session_create_params import SessionCreateParamsStreaming
from .._wire_form import wire_form
from ..beta.agents._output import with_output_schema
from ..beta.agents._stream import AsyncAgentSessionEventStream
from ..streaming.agents._dispatch import AsyncToolDispatcher
from ..streaming.agents._streams import AsyncAgentSessionStream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..streaming.agents._types import AsyncToolHandler


async def create(
    resource: Any,
    *,
    agent: Any,
    output_type: type[Any] | None,
    tool_handlers: Mapping[str, AsyncToolHandler] | None,
    stream: Any,
    extra_headers: Any,
    extra_query: Any,
    extra_body: Any,
    timeout: Any,
    **body: Any,
) -> Any:
    if tool_handlers is not None and stream is not True:
        raise ValueError("tool_handlers needs stream=True")
    agent = with_output_schema(agent, output_type)
    dispatcher = None
    if tool_handlers:
        dispatcher = AsyncToolDispatcher(
            resource, tool_handlers, extra_headers=extra_headers, timeout=timeout
        )
    given: dict[str, Any] = {**body, "agent": agent, "stream": stream}
    sent: Any = {name: value for name, value in given.items() if is_given(value)}
    return await resource._post(
        "/agents/sessions",
        cast_to=AgentSession,
        body=wire_form(sent, SessionCreateParamsStreaming),
        options={
            "headers": {"OpenAI-Beta": "agents=v1", **(extra_headers or {})},
            "params": extra_query or {},
            "extra_json": extra_body,
            "timeout": timeout,
            "security": {"bearer_auth": True},
            "post_parser": partial(_bound, output_type=output_type, dispatcher=dispatcher),
        },
        stream=stream is True,
        stream_cls=AsyncAgentSessionEventStream,
    )


def _bound(
    response: Any, *, output_type: type[Any] | None, dispatcher: AsyncToolDispatcher | None
) -> Any:
    if isinstance(response, AsyncAgentSessionEventStream):
        response._collection.output_type = output_type
        response._dispatcher = dispatcher
    return response


def stream(resource: Any, *, session_id: str, **options: Any) -> AsyncAgentSessionStream[Any]:
    return AsyncAgentSessionStream(resource, session_id, **options)
