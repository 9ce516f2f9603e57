"""Sessions of hosted agents: created with local tools and a type for the answer, or followed."""

# Synchronous twin: agent_sessions_sync.py (derived)

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..._utils import is_given, respelled
from ..beta.agents._output import with_output_schema
from ..beta.agents._stream import AsyncAgentSessionEventStream
from ..streaming.agents._dispatch import AsyncToolDispatcher

if TYPE_CHECKING:
    from ..streaming.agents._streams import AsyncAgentSessionStream

# As in `beta.agents.create`, whose facts say so.
_SPELLINGS = {"compaction": {"async_": "async"}}


async def create(
    resource: Any,
    *,
    output_type: Any,
    tool_handlers: Any,
    agent: Any,
    stream: Any,
    extra_headers: Any,
    extra_query: Any,
    extra_body: Any,
    timeout: Any,
    **body: Any,
) -> Any:
    from ...types.beta.agent_session import AgentSession

    agent = with_output_schema(agent, output_type)
    if tool_handlers is not None and stream is not True:
        raise ValueError("tool_handlers needs stream=True")
    headers = {"OpenAI-Beta": "agents=v1", **(extra_headers or {})}
    dispatcher = None
    if tool_handlers:
        dispatcher = AsyncToolDispatcher(
            resource, tool_handlers, extra_headers=headers, timeout=timeout
        )
    given = {"stream": stream, **body, "agent": respelled(agent, _SPELLINGS)}
    return await resource._post(
        "/agents/sessions",
        body={name: value for name, value in given.items() if is_given(value)},
        options={
            "headers": headers,
            "params": extra_query or {},
            "extra_json": extra_body,
            "timeout": timeout,
            "security": {"bearer_auth": True},
            "stream_mode": "events",
            "post_parser": partial(_bound, output_type, dispatcher),
        },
        cast_to=AgentSession,
        stream=bool(is_given(stream) and stream),
        stream_cls=AsyncAgentSessionEventStream,
    )


def _bound(output_type: Any, dispatcher: AsyncToolDispatcher | None, response: Any) -> Any:
    if isinstance(response, AsyncAgentSessionEventStream):
        response._collection.output_type = output_type
        response._dispatcher = dispatcher
    return response


def stream(resource: Any, *, session_id: str, **arguments: Any) -> AsyncAgentSessionStream[Any]:
    from ..streaming.agents._streams import AsyncAgentSessionStream

    return AsyncAgentSessionStream(resource, session_id, **arguments)
