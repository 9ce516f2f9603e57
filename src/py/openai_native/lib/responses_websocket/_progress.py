"""Events that tell how an item gets on. They never begin or replace one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ._errors import field
from ._fields import array, index, plain, text
from ._item import Item
from ._outputs import Outputs
from ._places import place, put
from ._shell_progress import add_command, add_shell_output, end_shell_output

_Apply = Callable[[Outputs, Item, Any], None]

_STATUSES = {
    "code_interpreter_call": ("in_progress", "interpreting", "completed"),
    "file_search_call": ("in_progress", "searching", "completed"),
    "web_search_call": ("in_progress", "searching", "completed"),
    "image_generation_call": ("in_progress", "generating", "completed"),
    "mcp_call": ("in_progress", "completed", "failed"),
}
# Event without its end; the type of item; the text in it, its event's field, and its position.
_TEXTS = (
    ("reasoning_summary_text", "reasoning", "summary", "text", "summary_index"),
    ("reasoning_text", "reasoning", "reasoning", "text", "content_index"),
    ("code_interpreter_call_code", "code_interpreter_call", "code", "code", None),
    ("shell_call_command", "shell_call", "command", "command", "command_index"),
)


def add_progress(outputs: Outputs, event: Any, kind: str) -> None:
    item_type, apply = PROGRESS[kind]
    item = outputs.items.get(index(event, "output_index"))
    # Commands name their call by its index alone.
    is_command = kind.startswith("response.shell_call_command.")
    item_id = None if is_command else text(event, "item_id")
    if item is None or item.type != item_type:
        return
    if is_command or item.item_id == item_id:
        apply(outputs, item, event)


def _set_status(status: str, _: Outputs, item: Item, event: Any) -> None:
    item.data["status"] = status


def _extend(name: str, at: str | None, _: Outputs, item: Item, event: Any) -> None:
    position = 0 if at is None else index(event, at)
    delta = text(event, "delta")
    holder, key = _place(item, name, position)
    before = holder.get(key) if isinstance(holder, dict) else holder[key]
    if name == "code" and before is None:
        before = ""
    if not isinstance(before, str):
        raise ValueError(f"The {name} that a WebSocket event continues must be a string")
    item.texts.extend(name, position, delta, after=before)


def _end(name: str, value: str, at: str | None, _: Outputs, item: Item, event: Any) -> None:
    position = 0 if at is None else index(event, at)
    whole = text(event, value)
    _place(item, name, position)
    item.texts.put(name, position, whole)


def _place(item: Item, name: str, position: int) -> tuple[Any, Any]:
    if name != "reasoning":
        return place(item.data, name, position)
    part = item.parts.get(position)
    if part is None or part.get("type") != "reasoning_text":
        raise ValueError("WebSocket event is missing its reasoning part")
    return part, "text"


def _put_summary(_: Outputs, item: Item, event: Any, *, new: bool) -> None:
    position = index(event, "summary_index")
    parts = array(item.data, "summary")
    part = field(event, "part")
    if text(part, "type") != "summary_text":
        raise ValueError("type of a summary part must be 'summary_text'")
    text(part, "text")
    put(parts, position, plain(part), "summary part", new=new)
    item.texts.drop(("summary",), position)


def _all() -> dict[str, tuple[str, _Apply]]:
    """By the event's name: the type of its item, and what it does."""
    known: dict[str, tuple[str, _Apply]] = {
        "reasoning_summary_part.added": ("reasoning", partial(_put_summary, new=True)),
        "reasoning_summary_part.done": ("reasoning", partial(_put_summary, new=False)),
        "shell_call_command.added": ("shell_call", add_command),
        "shell_call_output_content.delta": ("shell_call_output", add_shell_output),
        "shell_call_output_content.done": ("shell_call_output", end_shell_output),
    }
    for event, kind, name, value, at in _TEXTS:
        known[f"{event}.delta"] = kind, partial(_extend, name, at)
        known[f"{event}.done"] = kind, partial(_end, name, value, at)
    for kind, statuses in _STATUSES.items():
        for status in statuses:
            known[f"{kind}.{status}"] = kind, partial(_set_status, status)
    return {f"response.{name}": entry for name, entry in known.items()}


PROGRESS = _all()
