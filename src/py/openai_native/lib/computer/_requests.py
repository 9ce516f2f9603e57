"""One run's requests and the decisions between them. Pure: nothing here waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from .._native_items import valid_compaction, valid_message, valid_reasoning
from .._snapshots import replay, snapshot_request
from .._tool_lifecycle import rotated_idempotency_headers
from ._actions import actions_of
from ._errors import ComputerUseError

if TYPE_CHECKING:
    from ...types.responses import Response, ResponseComputerToolCall
    from ...types.responses.response_create_params import ResponseCreateParamsNonStreaming
    from ...types.responses.response_input_param import ComputerCallOutput

_OWNED = frozenset(
    {
        "stream",
        "background",
        "conversation",
        "previous_response_id",
        "tools",
        "input",
        "include",
        "tool_choice",
    }
)
_TOOLS = ("computer", "computer_use_preview")


class ComputerRun:
    def __init__(self, params: ResponseCreateParamsNonStreaming, max_steps: object) -> None:
        if isinstance(max_steps, bool) or not isinstance(max_steps, int) or max_steps < 1:
            raise ValueError("max_steps must be a positive integer")
        self._max_steps = max_steps
        self.request = _prepared(params)
        self._history: list[Any] = self.request["input"]
        self._ids: set[str] = set()
        self._call_ids: set[str] = set()
        for item in self._history:
            if isinstance(item, dict):
                if isinstance(item.get("id"), str) and item["id"]:
                    self._ids.add(item["id"])
                if isinstance(item.get("call_id"), str):
                    self._call_ids.add(item["call_id"])

    def begin(self, step: int, client: object) -> None:
        """Every request after the first is a new one to the server as well."""
        if step > 0:
            headers = rotated_idempotency_headers(client, self.request.get("extra_headers"))
            if headers is not None:
                self.request["extra_headers"] = headers

    def calls(self, step: int, response: Response) -> list[ResponseComputerToolCall]:
        """The calls to execute, none if this is the final response."""
        if response.status != "completed":
            raise ComputerUseError("Response did not complete", response)
        ids: set[str] = set()
        calls: list[ResponseComputerToolCall] = []
        for item in response.output:
            self._check(item, response)
            if item.type == "computer_call":
                if item.call_id in self._call_ids or any(
                    item.call_id == call.call_id for call in calls
                ):
                    raise ComputerUseError(
                        "Response has a duplicate computer call identity", response
                    )
                calls.append(item)
            item_id = cast("str", item.id)
            if item_id in ids or (item_id and item_id in self._ids):
                raise ComputerUseError("Response has duplicate output item identity", response)
            ids.add(item_id)
        self._ids |= ids - {""}
        self._call_ids.update(call.call_id for call in calls)
        if calls and step == self._max_steps - 1:
            raise ComputerUseError("Computer run reached max_steps before completion", response)
        if not calls and not any(map(_is_answer, response.output)):
            raise ComputerUseError("Response has no final message or computer call", response)
        return calls

    def _check(self, item: Any, response: Response) -> None:
        if item.type == "computer_call":
            if item.status != "completed":
                raise ComputerUseError("Computer call did not complete", response)
            try:
                actions_of(item)
            except ComputerUseError as error:
                error.response = response
                raise
            return
        check = _CHECKS.get(item.type)
        if check is None:
            raise ComputerUseError("Response needs a tool other than the computer", response)
        if not check(item):
            raise ComputerUseError(f"Response has a malformed {item.type}", response)

    def proceed(self, response: Response) -> None:
        """Takes the response into the history; its outputs follow with `add`."""
        self._history.extend(replay(response.output))
        choice = self.request.get("tool_choice")
        if choice == "required":
            self.request["tool_choice"] = "auto"
        elif isinstance(choice, dict):
            if choice.get("type") in (*_TOOLS, "computer_use"):
                self.request["tool_choice"] = "auto"
            elif choice.get("type") == "allowed_tools" and choice.get("mode") == "required":
                self.request["tool_choice"] = {**choice, "mode": "auto"}

    def add(self, outputs: list[ComputerCallOutput]) -> None:
        self._history.extend(outputs)


_CHECKS = {"message": valid_message, "reasoning": valid_reasoning, "compaction": valid_compaction}


def _is_answer(item: Any) -> bool:
    return bool(
        item.type == "message" and item.status == "completed" and item.phase != "commentary"
    )


def _prepared(params: ResponseCreateParamsNonStreaming) -> dict[str, Any]:
    request = snapshot_request(params)
    extra_body = request.get("extra_body")
    if isinstance(extra_body, Mapping) and _OWNED.intersection(extra_body):
        raise ValueError("extra_body cannot set what ComputerToolset itself sets")
    if request.get("stream") or request.get("background"):
        raise ValueError("ComputerToolset needs stream and background to be off")
    if request.get("previous_response_id") or request.get("conversation"):
        raise ValueError("Pass the whole history as input, no conversation or previous_response_id")
    tools = request.get("tools", [{"type": "computer"}])
    if tools is None or len(tools) != 1 or tools[0]["type"] not in _TOOLS:
        raise ValueError("tools must be exactly one computer tool")
    request["tools"] = tools
    request["stream"] = False
    given = request.get("input", [])
    request["input"] = (
        [{"role": "user", "content": given}] if isinstance(given, str) else list(given)
    )
    # The whole history is sent each time, so that runs work without stored responses.
    include = [*(request.get("include") or []), "reasoning.encrypted_content"]
    request["include"] = list(dict.fromkeys(include))
    return request
