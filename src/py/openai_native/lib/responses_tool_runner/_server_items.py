"""Items of tools that run on the server: declared, completed, and of the API's own shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from ._plain import all_text, is_score, is_text, optional_text, plain
from ._types import Item

SERVER_ITEMS: dict[str, frozenset[str]] = {
    "web_search_call": frozenset(
        {
            "web_search",
            "web_search_2025_08_26",
            "web_search_preview",
            "web_search_preview_2025_03_11",
        }
    ),
    "file_search_call": frozenset({"file_search"}),
    "code_interpreter_call": frozenset({"code_interpreter"}),
    "image_generation_call": frozenset({"image_generation"}),
    "mcp_call": frozenset({"mcp"}),
    "mcp_list_tools": frozenset({"mcp"}),
    "mcp_approval_request": frozenset({"mcp"}),
}
SERVER_TOOLS = frozenset(kind for kinds in SERVER_ITEMS.values() for kind in kinds)

_IMAGE_VALUES: dict[str, tuple[str | None, ...]] = {
    "action": (None, "generate", "edit", "auto"),
    "background": (None, "transparent", "opaque", "auto"),
    "output_format": (None, "png", "webp", "jpeg", "gif", "svg"),
    "quality": (None, "low", "medium", "high", "xhigh", "max", "auto"),
}


def check_server_item(item: Item, tools: list[Item]) -> None:
    """Raises `ValueError` for an item that nothing local may depend on."""
    kind = cast("str", item.get("type"))
    declared = [tool for tool in tools if tool["type"] in SERVER_ITEMS.get(kind, ())]
    if not declared:
        raise ValueError(f"{kind} is of a tool that was not declared for this run.")
    if kind.startswith("mcp_"):
        label = item.get("server_label")
        if not is_text(label) or not label or all(t["server_label"] != label for t in declared):
            raise ValueError(f"{kind} needs the label of a declared server.")
    if item.get("status") not in (None, "completed") or item.get("error") is not None:
        raise ValueError(f"{kind} did not complete.")
    if not is_text(item.get("id")):
        raise ValueError(f"{kind} needs its ID to be sent back.")
    if not _SHAPES[kind](item, declared):
        raise ValueError(f"{kind} has malformed members, and cannot be sent back.")
    if kind == "mcp_approval_request" and not item["id"]:
        raise ValueError("mcp_approval_request needs an ID that is not empty.")


def _web_search(item: Item, _tools: list[Item]) -> bool:
    action = item.get("action")
    if item.get("status") != "completed" or not isinstance(action, dict):
        return False
    kind = action.get("type")
    if kind == "search":
        return (
            ("query" not in action or is_text(action["query"]))
            and ("queries" not in action or all_text(action["queries"]))
            and ("sources" not in action or _every(action["sources"], _url_source))
        )
    if kind == "open_page":
        return optional_text(action.get("url"))
    return kind == "find_in_page" and is_text(action.get("pattern")) and is_text(action.get("url"))


def _url_source(source: Item) -> bool:
    return source.get("type") == "url" and is_text(source.get("url"))


def _file_search(item: Item, _tools: list[Item]) -> bool:
    results = item.get("results")
    return (
        item.get("status") == "completed"
        and all_text(item.get("queries"))
        and (results is None or _every(results, _file_result))
    )


def _file_result(result: Item) -> bool:
    attributes = result.get("attributes")
    return (
        all(name not in result or is_text(result[name]) for name in ("file_id", "filename", "text"))
        and ("score" not in result or is_score(result["score"]))
        and (
            attributes is None
            or (
                isinstance(attributes, dict)
                and all(type(v) in (str, bool) or is_score(v) for v in attributes.values())
            )
        )
    )


def _code_interpreter(item: Item, tools: list[Item]) -> bool:
    container, outputs = item.get("container_id"), item.get("outputs")
    return (
        item.get("status") == "completed"
        and is_text(container)
        and any(_offers(tool["container"], container) for tool in tools)
        and "code" in item
        and optional_text(item["code"])
        and "outputs" in item
        and (outputs is None or _every(outputs, _code_output))
    )


def _offers(declared: Any, container: object) -> bool:
    return bool(declared == container) or (
        isinstance(declared, dict) and declared.get("type") == "auto"
    )


def _code_output(output: Item) -> bool:
    kind = output.get("type")
    return (kind == "logs" and is_text(output.get("logs"))) or (
        kind == "image" and is_text(output.get("url"))
    )


def _image_generation(item: Item, _tools: list[Item]) -> bool:
    return (
        item.get("status") == "completed"
        and "result" in item
        and optional_text(item["result"])
        and all(item.get(name) in values for name, values in _IMAGE_VALUES.items())
        and optional_text(item.get("revised_prompt"))
        and optional_text(item.get("size"))
    )


def _mcp_list_tools(item: Item, _tools: list[Item]) -> bool:
    return _every(item.get("tools"), _listed_tool)


def _listed_tool(tool: Item) -> bool:
    shaped = (
        is_text(tool.get("name"))
        and "input_schema" in tool
        and optional_text(tool.get("description"))
    )
    if shaped:
        plain(tool)
    return shaped


def _mcp_request(item: Item, _tools: list[Item]) -> bool:
    return is_text(item.get("name")) and is_text(item.get("arguments"))


def _mcp_call(item: Item, tools: list[Item]) -> bool:
    return _mcp_request(item, tools) and optional_text(item.get("output"))


def _every(values: object, valid: Callable[[Item], bool]) -> bool:
    return isinstance(values, list) and all(
        isinstance(each, dict) and valid(each) for each in values
    )


_SHAPES: dict[str, Callable[[Item, list[Item]], bool]] = {
    "web_search_call": _web_search,
    "file_search_call": _file_search,
    "code_interpreter_call": _code_interpreter,
    "image_generation_call": _image_generation,
    "mcp_list_tools": _mcp_list_tools,
    "mcp_approval_request": _mcp_request,
    "mcp_call": _mcp_call,
}
