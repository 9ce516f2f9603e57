"""What a runner was given to work with, checked once."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._functions import AsyncRegisteredFunction
from ._functions_sync import RegisteredFunction

if TYPE_CHECKING:
    from ..browser import AsyncBrowserToolset, BrowserToolset
    from ._types import EarlyExecution, Item


@dataclass(frozen=True)
class Early:
    """The tools that may run before the response is complete."""

    functions: frozenset[str]
    computer: bool

    def covers(self, item: Any) -> bool:
        """Whether `item` is no reason to wait; only local calls and approvals ever are."""
        if item.type == "function_call":
            return item.name in self.functions
        if item.type == "computer_call":
            return self.computer
        return bool(item.type != "mcp_approval_request")


def declared_tools(
    browser: BrowserToolset | AsyncBrowserToolset | None, computer: object, functions: Iterable[Any]
) -> list[Item]:
    tools: list[Item] = list(browser.tools) if browser is not None else []  # type: ignore[arg-type]
    names = {tool["name"] for tool in tools}
    for function in functions:
        _check_function(function)
        tool: Item = deepcopy(dict(function.tool))
        if tool["type"] != "function" or not tool["name"] or tool["name"] in names:
            raise ValueError("Names of functions must be unique and not empty.")
        names.add(tool["name"])
        tools.append(tool)
    if computer is not None:
        tools.append({"type": "computer"})
    return tools


def _check_function(function: object) -> None:
    if not isinstance(function, (RegisteredFunction, AsyncRegisteredFunction)):
        raise ValueError(
            "functions must be RegisteredFunction or AsyncRegisteredFunction, with an executor."
        )
    if not callable(function.execute):
        raise ValueError("execute of a registered function must be callable.")
    for name in ("allow_output_override", "independent"):
        if type(getattr(function, name)) is not bool:
            raise ValueError(f"{name} of a registered function must be a boolean.")


def early_tools(early: EarlyExecution | None, tools: list[Item]) -> Early | None:
    if early is None:
        return None
    if type(early) is not dict or early.keys() - {"functions", "computer"}:
        raise ValueError("early_execution has the keys functions and computer only.")
    names = early.get("functions", [])
    computer = early.get("computer", False)
    registered = {tool["name"] for tool in tools if tool["type"] == "function"}
    if (
        type(names) is not list
        or any(type(name) is not str or name not in registered for name in names)
        or len(set(names)) != len(names)
    ):
        raise ValueError("early_execution: functions must be unique names of registered functions.")
    if type(computer) is not bool or (computer and {"type": "computer"} not in tools):
        raise ValueError("early_execution: computer must be a bool, and a computer registered.")
    return Early(frozenset(names), computer)


def all_local(tools: list[Item], computer: object) -> Early:
    names = frozenset(tool["name"] for tool in tools if tool["type"] == "function")
    return Early(names, computer is not None)
