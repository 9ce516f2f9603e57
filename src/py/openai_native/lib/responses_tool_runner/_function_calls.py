"""Function calls as the API sends them: their arguments, and the members besides."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from .._parsing._responses import parse_function_tool_arguments
from ._plain import is_text, optional_text
from ._types import Item

_STATUSES = (None, "in_progress", "completed", "incomplete")


def json_object(text: str) -> Item:
    """Arguments as a JSON object; `ValueError` for other JSON, and for NaN and infinity."""
    value = json.loads(text, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise ValueError("The arguments of a registered function must be a JSON object.")
    return value


def _no_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} in a function's arguments is not valid JSON.")


def arguments_of(call: Any, parsed_tool: Any) -> object:
    """What `execute` gets: the model of a typed function, else a dict."""
    if parsed_tool is None:
        return json_object(call.arguments)
    return parse_function_tool_arguments(input_tools=[parsed_tool], function_call=call)


def valid_call_metadata(item: Item) -> bool:
    return (
        _valid_caller(item.get("caller"))
        and ("id" not in item or is_text(item["id"]))
        and ("async" not in item or type(item["async"]) is bool)
        and ("namespace" not in item or is_text(item["namespace"]))
    )


def valid_output_metadata(item: Item) -> bool:
    return (
        _valid_caller(item.get("caller"))
        and item.get("status") in _STATUSES
        and all(optional_text(item.get(name)) for name in ("id", "name", "namespace"))
    )


def _valid_caller(caller: object) -> bool:
    if caller is None:
        return True
    if not isinstance(caller, dict):
        return False
    kind = caller.get("type")
    return kind == "direct" or (kind == "program" and is_text(caller.get("caller_id")))


def caller_kind(item: Item) -> str:
    """As `allowed_callers` of a tool spells it."""
    caller = item.get("caller")
    program = isinstance(caller, dict) and caller.get("type") == "program"
    return "programmatic" if program else "direct"
