"""Where in an item the texts are that grow besides those of messages and calls."""

from __future__ import annotations

from typing import Any

from ._errors import field
from ._fields import array


def check_position(values: list[Any], position: int, what: str) -> None:
    if position >= len(values):
        raise ValueError(f"WebSocket event is missing its {what}: there are {len(values)}")


def put(values: list[Any], position: int, value: Any, what: str, *, new: bool) -> None:
    """In place of one; if `new`, it may come behind the last."""
    if new and position == len(values):
        values.append(value)
        return
    check_position(values, position, what)
    values[position] = value


def place(data: dict[str, Any], name: str, position: int) -> tuple[Any, Any]:
    """What holds the text, and its key there."""
    if name == "code":
        return data, "code"
    if name == "command":
        commands = commands_of(data)
        check_position(commands, position, "command")
        return commands, position
    parts = array(data, "summary")
    check_position(parts, position, "summary part")
    if not isinstance(parts[position], dict):
        raise ValueError("WebSocket event is missing its summary part: it has no fields")
    return parts[position], "text"


def commands_of(data: dict[str, Any]) -> list[Any]:
    action = field(data, "action")
    if not isinstance(action, dict):
        raise ValueError("WebSocket event is missing the action of its shell call")
    return array(action, "commands")
