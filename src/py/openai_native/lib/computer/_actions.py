"""Whether a computer call is one that can be dispatched. No coercion: what is sent back to the
API must be what came from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...types.responses.response_computer_tool_call import PendingSafetyCheck
from ._errors import ComputerUseError

if TYPE_CHECKING:
    from ...types.responses import ResponseComputerToolCall
    from ._types import ComputerActionInput

_BUTTONS = ("left", "right", "wheel", "back", "forward")


def actions_of(call: ResponseComputerToolCall) -> list[ComputerActionInput]:
    """The actions of a call, checked; raises `ComputerUseError`."""
    for name in ("id", "call_id"):
        if not isinstance(getattr(call, name), str):
            raise ComputerUseError(f"Computer call needs a string {name}")
    given = call.model_fields_set
    one, many = call.action, call.actions
    if ("actions" in given and many is None) or ("action" in given and one is None):
        raise ComputerUseError("Computer call needs exactly one of action and actions")
    if one is not None and many is not None:
        raise ComputerUseError("Computer call has both action and actions")
    actions: list[ComputerActionInput] = list(many or ()) if one is None else [one]
    if not actions:
        raise ComputerUseError("Computer call has no actions")
    _check_safety_checks(call)
    for action in actions:
        if isinstance(action, list) or not _valid_action(action):
            raise ComputerUseError("Invalid computer action")
    return actions


def _check_safety_checks(call: ResponseComputerToolCall) -> None:
    if "pending_safety_checks" not in call.model_fields_set:
        if call.action is not None:  # only calls with `actions` may come without
            raise ComputerUseError("Computer call with a single action needs its safety checks")
        return
    checks: Any = call.pending_safety_checks
    if not isinstance(checks, list) or not all(map(_valid_safety_check, checks)):
        raise ComputerUseError("Computer call has malformed safety checks")


def _valid_safety_check(check: object) -> bool:
    return (
        isinstance(check, PendingSafetyCheck)
        and isinstance(check.id, str)
        and (check.code is None or isinstance(check.code, str))
        and (check.message is None or isinstance(check.message, str))
    )


def _valid_action(action: Any) -> bool:
    keys = getattr(action, "keys", None)
    if keys is not None and not _strings(keys):
        return False
    kind = action.type
    if kind == "click":
        return _point(action) and action.button in _BUTTONS
    if kind in ("double_click", "move"):
        return _point(action)
    if kind == "scroll":
        return _point(action) and _integer(action.scroll_x) and _integer(action.scroll_y)
    if kind == "drag":
        return isinstance(action.path, list) and all(map(_point, action.path))
    if kind == "keypress":
        return _strings(keys)
    if kind == "type":
        return isinstance(action.text, str)
    return kind in ("screenshot", "wait")


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _point(value: object) -> bool:
    return (
        not isinstance(value, list)
        and _integer(getattr(value, "x", None))
        and _integer(getattr(value, "y", None))
    )
