"""Runs whose events are streamed to a handler."""

# Synchronous twin: assistant_streams_sync.py (derived)

from __future__ import annotations

from typing import Any

from ..._streaming import AsyncStream
from ..._utils import is_given, path_template
from ..streaming._assistants import AsyncAssistantEventHandler, AsyncAssistantStreamManager
from ..streaming._request import prepare

_Manager = AsyncAssistantStreamManager[Any]


def create_and_run_stream(resource: Any, *, event_handler: Any, **arguments: Any) -> _Manager:
    helper = "threads.create_and_run_stream"
    return _open(resource, "/threads/runs", helper, event_handler, **arguments)


def create_and_stream(
    resource: Any, *, thread_id: str, event_handler: Any, **arguments: Any
) -> _Manager:
    path = _path("/threads/{thread_id}/runs", thread_id=thread_id)
    return _open(resource, path, "threads.runs.create_and_stream", event_handler, **arguments)


def stream(
    resource: Any,
    *,
    thread_id: str,
    include: Any,
    event_handler: Any,
    extra_query: Any,
    **arguments: Any,
) -> _Manager:
    if is_given(include):
        extra_query = {"include": include, **(extra_query or {})}
    return create_and_stream(
        resource,
        thread_id=thread_id,
        event_handler=event_handler,
        extra_query=extra_query,
        **arguments,
    )


def submit_tool_outputs_stream(
    resource: Any, *, run_id: str, thread_id: str, event_handler: Any, **arguments: Any
) -> _Manager:
    template = "/threads/{thread_id}/runs/{run_id}/submit_tool_outputs"
    path = _path(template, run_id=run_id, thread_id=thread_id)
    helper = "threads.runs.submit_tool_outputs_stream"
    return _open(resource, path, helper, event_handler, **arguments)


def _path(template: str, **values: str) -> str:
    for name, value in values.items():
        if not value:
            raise ValueError(f"Expected a non-empty value for `{name}` but received {value!r}")
    return path_template(template, **values)


def _open(
    resource: Any,
    path: str,
    helper: str,
    event_handler: Any,
    *,
    extra_headers: Any,
    extra_query: Any,
    extra_body: Any,
    timeout: Any,
    **body: Any,
) -> _Manager:
    from ...types.beta import AssistantStreamEvent
    from ...types.beta.threads import Run

    request = prepare(
        resource._post,
        path,
        body={**{name: value for name, value in body.items() if is_given(value)}, "stream": True},
        options={
            "headers": {
                "OpenAI-Beta": "assistants=v2",
                "X-Stainless-Stream-Helper": helper,
                "X-Stainless-Custom-Event-Handler": "true" if event_handler else "false",
                **(extra_headers or {}),
            },
            "params": extra_query or {},
            "extra_json": extra_body,
            "timeout": timeout,
            "security": {"bearer_auth": True},
        },
        cast_to=Run,
        stream=True,
        stream_cls=AsyncStream[AssistantStreamEvent],
    )
    handler = event_handler or AsyncAssistantEventHandler()
    return AsyncAssistantStreamManager(request, event_handler=handler)
