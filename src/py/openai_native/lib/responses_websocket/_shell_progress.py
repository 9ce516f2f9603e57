"""Events of shell calls, which run several commands, and of what these print."""

from __future__ import annotations

from typing import Any

from ._errors import field
from ._fields import array, index, plain, text
from ._item import Item
from ._outputs import Outputs
from ._places import commands_of, put

_STREAMS = ("stdout", "stderr")


def add_command(outputs: Outputs, item: Item, event: Any) -> None:
    position = index(event, "command_index")
    command = text(event, "command")
    put(commands_of(item.data), position, command, "command", new=True)
    outputs.count_commands(item)
    item.texts.drop(("command",), position)


def add_shell_output(outputs: Outputs, item: Item, event: Any) -> None:
    position = _command_index(outputs, item, event)
    delta = field(event, "delta")
    given = [name for name in _STREAMS if field(delta, name) is not None]
    pieces = [(name, text(delta, name)) for name in given]  # both, before either counts
    item.shell_output.setdefault(position, {})
    for name, piece in pieces:
        item.texts.extend(name, position, piece)


def end_shell_output(outputs: Outputs, item: Item, event: Any) -> None:
    position = _command_index(outputs, item, event)
    contents = [plain(content) for content in array(event, "output")]
    for content in contents:
        for name in _STREAMS:
            text(content, name)
    item.shell_output[position] = {"output": contents}
    item.texts.drop(_STREAMS, position)


def _command_index(outputs: Outputs, item: Item, event: Any) -> int:
    """Checked, if the call has been seen."""
    position = index(event, "command_index")
    count = None if item.call_id is None else outputs.command_counts.get(item.call_id)
    if count is not None and position >= count:
        raise ValueError(f"WebSocket event is missing its command: there are {count}")
    return position
