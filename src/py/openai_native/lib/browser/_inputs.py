"""What a driver's methods get, one type each."""

from __future__ import annotations

from typing import Literal, TypeAlias

from typing_extensions import TypedDict

_Modifiers: TypeAlias = list[Literal["Control", "Alt", "Meta", "Shift"]]


class BrowserFileInput(TypedDict):
    grant_id: str


class TabInput(TypedDict):
    tab_id: str | None


class ZoomInput(TabInput):
    """`region` is left, top, right, bottom in the whole viewport."""

    region: list[int]


class NavigateInput(TabInput):
    url: str


class ReadPageInput(TabInput):
    filter: Literal["all", "interactive"]


class ReadPageScopedInput(ReadPageInput):
    root: str | None
    depth: int


class ReadDiagnosticsInput(TabInput):
    source: Literal["console", "network"]
    limit: int


class RunScriptInput(TabInput):
    source: str
    timeout_ms: int


class FindInput(TabInput):
    query: str


class ClickInput(TabInput):
    target: str


class BrowserPoint(TypedDict):
    x: int
    y: int


class ClickAtInput(TabInput):
    x: int
    y: int
    button: Literal["left", "right", "middle"]
    click_count: Literal[1, 2, 3]
    keys: _Modifiers


class HoverAtInput(TabInput):
    x: int
    y: int


class SetCheckedInput(ClickInput):
    checked: bool


class DragPathInput(TabInput):
    path: list[BrowserPoint]
    keys: _Modifiers


class HoldKeysInput(TabInput):
    keys: list[str]
    duration_ms: int


class TypeInput(TabInput):
    text: str
    target: str | None


class KeyInput(TabInput):
    keys: list[str]


class ScrollInput(TabInput):
    direction: Literal["up", "down", "left", "right"]
    amount: int


class WaitForInput(TabInput):
    text: str
    timeout_ms: int


class SelectOptionInput(ClickInput):
    values: list[str]


class NewTabInput(TypedDict):
    url: str | None
