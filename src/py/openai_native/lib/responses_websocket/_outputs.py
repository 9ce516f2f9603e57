"""The output items of one response, by their index."""

from __future__ import annotations

from typing import Any

from ._errors import field
from ._fields import array, is_index, plain
from ._item import Item, read_item

# Calls that came whole without their id take one from the events of their own text only.
_OWN_EVENTS = {
    "function_call": "response.function_call_arguments.",
    "custom_tool_call": "response.custom_tool_call_input.",
}


class Outputs:
    def __init__(self) -> None:
        self.items: dict[int, Item] = {}
        self.command_counts: dict[str, int] = {}  # by call_id, of shell calls

    def put(self, index: int, item: Item) -> None:
        """A whole item in place of the one before, unless it has been replaced itself."""
        old = self.items.get(index)
        if old is not None:
            if item.item_id in old.retired:
                return
            item.retired = old.retired
            if old.item_id and item.item_id and old.item_id != item.item_id:
                item.retired.add(old.item_id)
            if old.type == "shell_call" and old.call_id is not None:
                self.command_counts.pop(old.call_id, None)
        self.items[index] = item
        self.count_commands(item)

    def count_commands(self, item: Item) -> None:
        """What is not known is no limit for the output of commands."""
        if item.type == "shell_call" and item.call_id is not None:
            commands = field(item.data.get("action"), "commands")
            if isinstance(commands, list):
                self.command_counts[item.call_id] = len(commands)

    def growing(self, index: int, item_id: str, kind: str) -> Item | None:
        """The item that an event with a piece of it is about, begun if it is new.

        None: the event is about an item that has been replaced, or about none there can be.
        """
        item = self.items.get(index)
        if item is not None:
            if item_id in item.retired:
                return None
            if item.type in _OWN_EVENTS and "id" not in item.data:
                is_other = bool(item.item_id) and item_id != item.item_id
                if is_other or not kind.startswith(_OWN_EVENTS[item.type]):
                    return None
        if item is None or (item_id and item.item_id and item_id != item.item_id):
            item = Item(item_id)
            self.put(index, item)
        item.item_id = item_id or item.item_id
        return item

    def annotate(self, event: Any) -> None:
        """Enriches what is there, and never fails."""
        names = ("output_index", "content_index", "annotation_index")
        places = [field(event, name) for name in names]
        if not all(map(is_index, places)):
            return
        item = self.items.get(places[0])
        given = plain(event, only={"annotation"})
        if given and item is not None and item.item_id == field(event, "item_id"):
            item.annotations.setdefault(places[1], {})[places[2]] = given["annotation"]


def read_outputs(response: Any) -> Outputs | None:
    """None: the response does not list its output."""
    if field(response, "output") is None:
        return None
    outputs = Outputs()
    for index, source in enumerate(array(response, "output")):
        if source is not None:
            outputs.put(index, read_item(source))
    return outputs
