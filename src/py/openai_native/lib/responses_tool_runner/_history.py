"""Whether a history can be sent: every call answered once, nothing unknown, nothing malformed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pydantic

from ..._models import construct_type_unchecked, validate_type
from ...types.responses import ResponseComputerToolCall
from ...types.responses.response_input import ResponseInput
from ..computer import ComputerUseError
from ..computer._actions import actions_of
from ._function_calls import json_object, valid_call_metadata, valid_output_metadata
from ._function_results import function_result
from ._history_items import (
    valid_computer_output,
    valid_input_compaction,
    valid_input_message,
    valid_input_reasoning,
)
from ._mcp import Approvals
from ._plain import is_text, optional_text
from ._server_items import SERVER_ITEMS, check_server_item
from ._types import Item

_SIMPLE = {
    "compaction": valid_input_compaction,
    "reasoning": valid_input_reasoning,
    "message": valid_input_message,
}


def check_history(
    history: list[Any], tools: list[Item], *, references_allowed: bool = False
) -> set[str]:
    """The IDs of its calls and approval requests; raises `ValueError`.

    References to stored items and a compaction trigger at the end may stay in what is only
    measured, not in what is saved.
    """
    try:
        # Computer calls may lack what the schema asks for; the loop below checks them.
        computer = ("computer_call", "computer_call_output")
        others = [item for item in history if item.get("type") not in computer]
        validate_type(type_=ResponseInput, value=others)
    except pydantic.ValidationError:
        raise ValueError("The history is no input of the Responses API.") from None
    native_ids(history)
    check = _Check(tools)
    for index, item in enumerate(history):
        if not (references_allowed and _is_reference(item, last=index == len(history) - 1)):
            check.accept(item)
    return check.finish()


def native_ids(history: Iterable[Any]) -> set[str]:
    """The IDs of items; raises `ValueError` if two items have the same."""
    defined: set[str] = set()
    known: set[str] = set()
    for item in history:
        item_id = item.get("id")
        if type(item_id) is str and item_id:
            if not _refers(item):
                if item_id in defined:
                    raise ValueError("Two items of the history have the same ID.")
                defined.add(item_id)
            known.add(item_id)
    return known


def _refers(item: Item) -> bool:
    """A reference to a stored item may leave out its type."""
    kind = item.get("type")
    return kind == "item_reference" or (
        kind is None and "role" not in item and "content" not in item
    )


def _is_reference(item: Item, *, last: bool) -> bool:
    if item.get("type", "message") == "compaction_trigger":
        if not last:
            raise ValueError("A compaction trigger must be the last item.")
        return True
    if item.get("type") == "item_reference" or ("id" in item and _refers(item)):
        if not is_text(item.get("id")):
            raise ValueError("A reference to an item needs its ID.")
        return True
    return False


class _Check:
    def __init__(self, tools: list[Item]) -> None:
        self._tools = tools
        self._functions = {tool["name"] for tool in tools if tool["type"] == "function"}
        kinds = {tool["type"] for tool in tools}
        self._computer = bool(kinds & {"computer", "computer_use_preview"})
        self._calls: dict[str, str] = {}
        self._returned: set[str] = set()
        self._requests: dict[str, Item] = {}
        self._answered: set[str] = set()
        self._approvals = Approvals()

    def accept(self, item: Item) -> None:
        kind = item.get("type", "message")
        if kind in ("function_call", "computer_call"):
            self._call(kind, item)
        elif kind in ("function_call_output", "computer_call_output"):
            self._output(kind, item)
        elif kind == "mcp_approval_response":
            self._answer(item)
        elif kind in SERVER_ITEMS:
            self._server_item(kind, item)
        elif kind in _SIMPLE:
            if not _SIMPLE[kind](item):
                raise ValueError(f"The history has a malformed {kind}.")
        elif kind != "configuration_update":  # which the schema has validated
            raise ValueError(f"The history has an item that cannot be sent: {kind}.")

    def finish(self) -> set[str]:
        if self._calls.keys() != self._returned or self._requests.keys() != self._answered:
            raise ValueError("The history has calls without an answer.")
        return set(self._calls) | set(self._requests)

    def _call(self, kind: str, item: Item) -> None:
        call_id = item.get("call_id")
        if type(call_id) is not str or call_id in self._calls or call_id in self._requests:
            raise ValueError("The history has a call without an ID of its own.")
        if item.get("status") not in (None, "completed"):
            raise ValueError("The history has a call that did not complete.")
        if kind == "function_call":
            self._function_call(item)
        else:
            self._computer_call(item)
        self._calls[call_id] = kind

    def _function_call(self, item: Item) -> None:
        name, arguments = item.get("name"), item.get("arguments")
        registered = type(name) is str and name in self._functions
        if not registered or type(arguments) is not str or not valid_call_metadata(item):
            raise ValueError("The history has a call of a function that is not registered.")
        json_object(arguments)

    def _computer_call(self, item: Item) -> None:
        if not self._computer or item.get("status") != "completed" or not is_text(item.get("id")):
            raise ValueError("The history has a computer call that no registered computer made.")
        native = construct_type_unchecked(type_=ResponseComputerToolCall, value=item)
        try:
            for action in actions_of(native):
                validate_type(type_=type(action), value=action.to_dict())
        except (ComputerUseError, AttributeError, TypeError, ValueError):
            raise ValueError("The history has a computer call with malformed actions.") from None
        if json.dumps(native.to_dict(), sort_keys=True) != json.dumps(item, sort_keys=True):
            raise ValueError("The history has a computer call with members of a wrong type.")

    def _output(self, kind: str, item: Item) -> None:
        call_id = item.get("call_id")
        if type(call_id) is not str or call_id in self._returned:
            raise ValueError("The history has an output without an ID of its own.")
        if self._calls.get(call_id) != kind.removesuffix("_output"):
            raise ValueError("The history has an output without its call.")
        if kind == "function_call_output":
            if not valid_output_metadata(item):
                raise ValueError("The history has a malformed function output.")
            function_result(item.get("output"))
        elif not valid_computer_output(item):
            raise ValueError("The history has a malformed computer output.")
        self._returned.add(call_id)

    def _server_item(self, kind: str, item: Item) -> None:
        check_server_item(item, self._tools)
        if kind == "mcp_approval_request":
            if item["id"] in self._requests or item["id"] in self._calls:
                raise ValueError("The history has an approval request without an ID of its own.")
            self._requests[item["id"]] = item
        elif kind == "mcp_call":
            self._approvals.use(item)

    def _answer(self, item: Item) -> None:
        request_id = item.get("approval_request_id")
        if (
            type(request_id) is not str
            or request_id not in self._requests
            or request_id in self._answered
            or type(item.get("approve")) is not bool
            or not all(optional_text(item.get(name)) for name in ("id", "reason"))
        ):
            raise ValueError("The history has an approval that answers no open request.")
        self._answered.add(request_id)
        if item["approve"]:
            self._approvals.grant(self._requests[request_id])
