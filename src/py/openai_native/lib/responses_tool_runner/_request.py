"""The caller's parameters as the run's own first request; whatever cannot work is refused here."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ...types.responses.response_create_params import ResponseCreateParamsNonStreaming
from .._snapshots import snapshot_request
from .._wire_form import wire_form
from ._plain import plain
from ._server_items import SERVER_TOOLS
from ._types import Item

_OWNED = frozenset(
    {
        "stream",
        "store",
        "background",
        "conversation",
        "previous_response_id",
        "tools",
        "input",
        "include",
        "tool_choice",
    }
)
_OWNED_WITH_BUDGET = _OWNED | {"truncation", "context_management"}
COMPUTERS = ("computer", "computer_use_preview")
_LOCAL = frozenset({"function", "computer", "computer_use", "computer_use_preview"})


def own_params(params: Any, *, saved: bool, budgeted: bool) -> Item:
    """A detached copy, strictly JSON where it will be measured or stored."""
    if not (saved or budgeted):
        own = snapshot_request(params)
    else:
        if type(params) is not dict:
            raise ValueError("params must be a plain dict for a run with a ledger or a budget.")
        body = ResponseCreateParamsNonStreaming.__annotations__.keys()
        if saved and (extra := params.keys() - body):
            raise ValueError(
                f"params of a run with a ledger cannot have {', '.join(sorted(map(str, extra)))}."
            )
        own = plain_request(params)
    extra_body = own.get("extra_body")
    owned = _OWNED_WITH_BUDGET if budgeted else _OWNED
    if isinstance(extra_body, Mapping) and owned.intersection(extra_body):
        raise ValueError("extra_body of params cannot set what the runner itself sets.")
    return own


def plain_request(request: Item) -> Item:
    """The request as it goes on the wire, strictly JSON. Only its type decides what is omitted."""
    given = plain(request, allow_omitted=True)
    own: Item = plain(wire_form(given, ResponseCreateParamsNonStreaming))
    return own


def check_foreground(params: Item) -> None:
    if (
        params.get("stream")
        or params.get("background")
        or params.get("conversation") is not None
        or params.get("previous_response_id") is not None
    ):
        raise ValueError(
            "params cannot have stream, background, conversation or previous_response_id: give the "
            "whole history as input, and stream to run()."
        )


def with_declared(tools: list[Item], params: Item) -> list[Item]:
    """The registered tools and those that the caller declares in `params`."""
    registered = {"type": "computer"} in tools
    declared = False
    for tool in params.get("tools") or []:
        if tool["type"] in COMPUTERS:
            if not registered or declared:
                raise ValueError("params can declare one computer, which must be registered.")
            declared = True
            tools = [each for each in tools if each["type"] != "computer"]
        elif tool["type"] not in SERVER_TOOLS:
            raise ValueError(
                f"params cannot declare a tool of type {tool['type']}: the computer and supported "
                "declared server tools only; functions are registered."
            )
        tools.append(deepcopy(tool))
    labels = [tool["server_label"] for tool in tools if tool["type"] == "mcp"]
    if any(type(label) is not str or not label for label in labels) or len(set(labels)) != len(
        labels
    ):
        raise ValueError("MCP server labels must be unique and not empty.")
    if params.get("store") is False and any(t["type"] == "image_generation" for t in tools):
        raise ValueError("A run with image generation needs stored responses: leave store on.")
    return tools


def check_choice(choice: Any, tools: list[Item]) -> None:
    """Refuses a choice that forces a local tool: such a run could never end."""
    forced = choice == "required" and tools and all(tool["type"] in _LOCAL for tool in tools)
    if isinstance(choice, dict):
        forced = choice["type"] in _LOCAL or (
            choice["type"] == "allowed_tools"
            and choice["mode"] == "required"
            and bool(choice["tools"])
            and all(tool.get("type") in _LOCAL for tool in choice["tools"])
        )
    if forced:
        raise ValueError(
            "tool_choice always requires a local tool, so that the run could not end: use auto, or "
            "responses.create for one request."
        )


def own_history(params: Item) -> list[Any]:
    given = params.get("input", [])
    return [{"role": "user", "content": given}] if isinstance(given, str) else list(given)


def include_of(params: Item) -> list[str]:
    return list(dict.fromkeys([*(params.get("include") or []), "reasoning.encrypted_content"]))
