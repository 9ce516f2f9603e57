"""Which of the declared tools `tool_choice` lets the model use."""

from __future__ import annotations

from typing import Any

from ._server_items import SERVER_ITEMS, SERVER_TOOLS
from ._types import Item

_COMPUTERS = ("computer", "computer_use", "computer_use_preview")


class Selection:
    def __init__(self, choice: Any, tools: list[Item], *, computer: bool) -> None:
        self._functions = {tool["name"] for tool in tools if tool["type"] == "function"}
        self._computer = computer
        self._mcp: list[tuple[str, str | None]] | None = None
        self._server: set[str] | None = None
        if choice not in (None, "auto", "required"):
            self._functions, self._computer, self._mcp, self._server = set(), False, [], set()
            allowed = isinstance(choice, dict) and choice["type"] == "allowed_tools"
            for selected in choice["tools"] if allowed else [choice]:
                if isinstance(selected, dict):
                    self._add(selected)

    def _add(self, selected: Item) -> None:
        kind, name = selected.get("type"), selected.get("name")
        if kind == "function" and isinstance(name, str):
            self._functions.add(name)
        elif kind in _COMPUTERS:
            self._computer = True
        elif kind == "mcp":
            label = selected.get("server_label")
            if type(label) is str and (name is None or type(name) is str) and self._mcp is not None:
                self._mcp.append((label, name))
        elif type(kind) is str and kind in SERVER_TOOLS and self._server is not None:
            self._server.add(kind)

    def has_local(self, item: Any) -> bool:
        if item.type == "function_call":
            return item.name in self._functions
        return self._computer

    def has_mcp(self, item: Any) -> bool:
        return self._mcp is None or any(
            label == item.server_label and (name is None or name == item.name)
            for label, name in self._mcp
        )

    def has_server(self, item: Any) -> bool:
        kinds = SERVER_ITEMS[item.type]
        return self._server is None or "mcp" in kinds or not kinds.isdisjoint(self._server)
