"""One call of a local tool: its arguments, its stages, what is sent back. No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ....types.beta.agent_function_call_output_param import AgentFunctionCallOutputParam
from ..._wire_form import json_bytes, wire_form
from ...beta.agents._tool_error import AgentToolError, ToolErrorStage

if TYPE_CHECKING:
    from ...._exceptions import BadRequestError


class Invocation:
    def __init__(self, session_id: str, call: Any, handler: Any) -> None:
        # Its own copy: the event is the caller's to change.
        self.session_id = session_id
        self.call = deepcopy(call)
        self.stage: ToolErrorStage = "arguments"
        self._handler = handler

    def invoke(self) -> Any:
        from ...beta.agents._tools import FunctionTool

        arguments = _arguments(self.call)
        self.stage = "execution"
        handler = self._handler
        if isinstance(handler, FunctionTool) and type(handler).__call__ is FunctionTool.__call__:
            return handler._call(arguments, self._set_stage)
        return handler(arguments)

    def _set_stage(self, stage: ToolErrorStage) -> None:
        self.stage = stage

    def succeeded(self, output: Any) -> dict[str, Any]:
        """The event that answers the call; raises for an output that cannot be sent."""
        self.stage = "output"
        if isinstance(output, Mapping):
            output = json.dumps(dict(output), separators=(",", ":"))
        if output is not None and not isinstance(output, str):
            output = list(output)
        output = None if output is None else wire_form(output, AgentFunctionCallOutputParam)
        json_bytes(output)
        return {**self._event(), "success": True, "output": output}

    def failed(self) -> dict[str, Any]:
        """Without a word of the exception: it may hold secrets."""
        return {**self._event(), "success": False, "error": "Tool handler failed."}

    def error(self, error: Exception) -> AgentToolError:
        call = self.call
        return AgentToolError(
            error, call.name, self.session_id, call.turn_id, call.call_id, self.stage
        )

    def _event(self) -> dict[str, Any]:
        return {
            "type": "agent.session.input.tool_result",
            "turn_id": self.call.turn_id,
            "call_id": self.call.call_id,
        }


def _arguments(call: Any) -> dict[str, Any]:
    given = call.arguments
    value: object = json.loads(given) if isinstance(given, str) else deepcopy(given)
    if not isinstance(value, dict):
        raise ValueError("The arguments of a function must be a JSON object")
    return value


def came_too_early(error: BadRequestError, call_id: str) -> bool:
    """Whether the server does not know yet of a call that it has sent us already."""
    body = error.body if isinstance(error.body, dict) else {}
    unknown = f"Unknown pending tool call: {call_id}"
    return body.get("code") == "invalid_request_error" and body.get("message") == unknown
