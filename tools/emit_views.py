"""The views of a resource and of the client: the same methods, answering in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emit_method import BINARY, Flavour
from surface_model import PACKAGE, split_origin

if TYPE_CHECKING:
    from emit_resources import Unit

# Suffix of the class -> attribute, what it does, the client's class, the module of its wrappers.
VIEWS = {
    "WithRawResponse": (
        "with_raw_response",
        "answering with the raw response",
        "OpenAIWithRawResponse",
        "_legacy_response",
    ),
    "WithStreamingResponse": (
        "with_streaming_response",
        "answering before the body is read",
        "OpenAIWithStreamedResponse",
        "_response",
    ),
}


def official_home(unit: Unit, flavour: Flavour) -> list[str]:
    if flavour.is_async:
        return []
    return [f'    __module__ = "{PACKAGE}.{unit.facts["module"]}"', ""]


def view_properties(name: str) -> list[str]:
    lines: list[str] = []
    for view, (attribute, summary, *_) in VIEWS.items():
        lines += ["    @cached_property", f"    def {attribute}(self) -> {name}{view}:"]
        lines += [f'        """The same methods, {summary}."""']
        lines += [f"        return {name}{view}(self)", ""]
    return lines


def view_class(unit: Unit, flavour: Flavour, view: str) -> list[str]:
    name = flavour.prefix + unit.facts["class"]
    attribute = unit.facts["module"].rsplit(".", 1)[1]
    lines = [f"class {name}{view}:", *official_home(unit, flavour)]
    lines += [f"    def __init__(self, {attribute}: {name}) -> None:"]
    rows: list[str] = []
    imports: set[str] = set()
    for method in unit.methods:
        if _offers(method, view):
            wrapper, *response = _wrapper(method, flavour, view)
            arguments = ", ".join([f"{attribute}.{method['name']}", *response])
            rows.append(f"        self.{method['name']} = {wrapper}({arguments})")
            imports |= {wrapper, *response}
    module = VIEWS[view][-1]
    lines += [f"        from {PACKAGE}.{module} import {each}" for each in sorted(imports)]
    lines += [""] if imports else []
    lines += [f"        self._{attribute} = {attribute}", *rows]
    for child, origin in unit.facts.get("children", {}).items():
        lines += ["", *child_property(child, origin, flavour, view, f"self._{attribute}.{child}")]
    return lines


def _offers(method: dict[str, Any], view: str) -> bool:
    raw: bool = method.get("raw", True)
    return bool(method.get("streamed", raw)) if view == "WithStreamingResponse" else raw


def _wrapper(method: dict[str, Any], flavour: Flavour, view: str) -> list[str]:
    face = "async_" if flavour.is_async else ""
    if view == "WithRawResponse":
        return [f"{face}to_raw_response_wrapper"]
    if method.get("cast_to") == BINARY:
        response = f"{flavour.prefix}StreamedBinaryAPIResponse"
        return [f"{face}to_custom_streamed_response_wrapper", response]
    return [f"{face}to_streamed_response_wrapper"]


def client_view(
    view: str, flavour: Flavour, resources: dict[str, str], client_type: str
) -> list[str]:
    """`resources`: name -> "module:Class" of those at the top."""
    lines = [f"class {flavour.prefix}{VIEWS[view][2]}:"]
    lines += [f"    def __init__(self, client: {client_type}) -> None:"]
    lines += ["        self._client = client"]
    for top, origin in resources.items():
        lines += ["", *child_property(top, origin, flavour, view, f"self._client.{top}")]
    return lines


def child_property(
    attribute: str, origin: str, flavour: Flavour, view: str, argument: str
) -> list[str]:
    module, name = split_origin(origin, "")
    cls = f"{flavour.prefix}{name}{view}"
    return [
        "    @cached_property",
        f"    def {attribute}(self) -> {cls}:",
        f"        from {PACKAGE}.{flavour.home(module)} import {cls}",
        "",
        f"        return {cls}({argument})",
    ]
