"""Whether an output item may be acted upon, and sent back. Raises the run's error if not."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, NoReturn

from .._native_items import valid_compaction, valid_message, valid_reasoning
from ..computer._actions import actions_of
from ._errors import NO_STEPS_LEFT
from ._function_calls import arguments_of, caller_kind, valid_call_metadata
from ._mcp import allows, approval_policy
from ._plain import plain
from ._server_items import SERVER_ITEMS, check_server_item
from ._types import Item
from ._wire import wire

if TYPE_CHECKING:
    from ._run import Run

_EXCLUDED = "Response contains a tool excluded by tool_choice."


class Inspection:
    def __init__(self, run: Run) -> None:
        self._run = run

    def local(self, item: Any, seen: set[str]) -> bool:
        """Whether the item needs something from us: a call to execute, a request to approve."""
        try:
            sent = wire(item)
            plain(sent)
        except ValueError:
            self._refuse("Response contains an item that is not plain JSON.")
        if item.type in SERVER_ITEMS:
            return self._server_item(item, sent, seen)
        if item.type == "function_call":
            self._function_call(item, sent)
        elif item.type == "computer_call":
            self._computer_call(item, sent)
        else:
            self._other(item)
            return False
        if not self._run.selection.has_local(item):
            self._refuse(_EXCLUDED)
        if item.status not in (None, "completed"):
            self._refuse("Tool call did not complete.")
        self._new(item.call_id, seen)
        if item.type == "function_call":
            self._parse_arguments(item)
        return True

    def mcp(self, item: Any) -> None:
        """Whether an MCP item is what the caller's declaration of its server lets happen."""
        server = next(
            (
                tool
                for tool in self._run.tools
                if tool["type"] == "mcp" and tool["server_label"] == item.server_label
            ),
            None,
        )
        policy = None if server is None else approval_policy(server, item.name)
        if item.type == "mcp_approval_request" and policy == "never":
            self._refuse("MCP approval request contradicts require_approval.")
        if item.type == "mcp_call" and policy == "always" and item.approval_request_id is None:
            self._refuse("MCP call lacks the approval request that require_approval asks for.")
        if server is not None and not allows(server, item.name):
            self._refuse("MCP tool is excluded by allowed_tools.")
        if not self._run.selection.has_mcp(item):
            self._refuse(_EXCLUDED)

    def _refuse(self, message: str) -> NoReturn:
        raise self._run.error(message)

    def _new(self, call_id: Any, seen: set[str]) -> None:
        if self._run.last_step:
            self._refuse(NO_STEPS_LEFT)
        if not isinstance(call_id, str) or call_id in seen:
            self._refuse("Tool call ID is missing or duplicate.")
        seen.add(call_id)

    def _server_item(self, item: Any, sent: Item, seen: set[str]) -> bool:
        try:
            check_server_item(sent, self._run.tools)
        except ValueError as problem:
            self._refuse(f"Server tool cannot be relied upon: {problem}")
        if item.type in ("mcp_call", "mcp_approval_request"):
            self.mcp(item)
        if not self._run.selection.has_server(item):
            self._refuse(_EXCLUDED)
        if item.type != "mcp_approval_request":
            return False
        self._new(item.id or None, seen)
        return True

    def _function_call(self, item: Any, sent: Item) -> None:
        declared = next(
            (
                tool
                for tool in self._run.tools
                if tool["type"] == "function" and tool["name"] == item.name
            ),
            None,
        )
        if declared is None or not valid_call_metadata(sent):
            self._refuse("Function was not registered, or its call is malformed.")
        # A function that was loaded on demand comes under its own name as namespace.
        if item.namespace not in (None, item.name):
            self._refuse("Function call is of another namespace.")
        allowed = declared.get("allowed_callers")
        if allowed is not None and (
            not isinstance(allowed, (list, tuple)) or caller_kind(sent) not in allowed
        ):
            self._refuse("Function call comes from a caller excluded by allowed_callers.")

    def _computer_call(self, item: Any, sent: Item) -> None:
        if not self._run.has_computer or sent.get("status") != "completed":
            self._refuse("Computer was not registered, or its call did not complete.")
        actions_of(item)

    def _other(self, item: Any) -> None:
        if item.type == "message":
            if item.status != "completed":
                self._refuse("Response message did not complete.")
            valid = valid_message(item)
        elif item.type == "reasoning":
            valid = valid_reasoning(item)
        elif item.type == "compaction":
            valid = valid_compaction(item)
        else:
            self._refuse("Response contains a tool the runner cannot execute.")
        if not valid:
            self._refuse(f"Response contains a malformed {item.type}.")

    def _parse_arguments(self, item: Any) -> None:
        """Once: the model may be shown and changed by the caller between stream and execution."""
        function = self._run.functions.get(item.name)
        if function is None or item.call_id in self._run.arguments:
            return
        started = monotonic()
        try:
            arguments = arguments_of(item, function._parsed_tool)
            if function._parsed_tool is not None and arguments is None:
                self._refuse("Arguments of a typed function were not parsed.")
            self._run.arguments[item.call_id] = arguments
        except Exception:
            self._run.diagnostics.report(
                "arguments", "invalid_input", started, call_id=item.call_id, member=item.name
            )
            raise
