"""What drivers report and are given. Versions count: their checks are exact."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, TypeAlias, Union

from typing_extensions import NotRequired, TypedDict

from ...types.responses.response_input_param import FunctionCallOutput


class BrowserTab(TypedDict):
    id: str
    title: str
    url: str
    active: bool


class BrowserTabChange(TypedDict):
    type: Literal["tab_opened", "tab_closed", "tab_switched", "navigation"]
    sequence: int
    tab_id: str


class BrowserNavigationRefused(TypedDict):
    type: Literal["navigation_refused"]
    sequence: int
    tab_id: str | None
    reason: Literal["policy", "unsupported"]


class BrowserDialogDismissed(TypedDict):
    type: Literal["dialog_dismissed"]
    sequence: int
    tab_id: str
    kind: Literal["alert", "confirm", "prompt", "beforeunload", "other"]


class BrowserDownload(TypedDict):
    type: Literal["download"]
    sequence: int
    tab_id: str | None
    status: Literal["blocked", "started", "completed", "failed"]


BrowserStateChange: TypeAlias = Union[  # noqa: UP007
    BrowserTabChange, BrowserNavigationRefused, BrowserDialogDismissed, BrowserDownload
]


class BrowserObservationV1(TypedDict):
    """What happened so far; `sequence` counts all changes, those dropped from the list as well."""

    version: Literal[1]
    sequence: int
    dropped_changes: int
    title_truncated: bool
    changes: list[BrowserStateChange]


class BrowserState(TypedDict):
    tabs: list[BrowserTab]
    observation: NotRequired[BrowserObservationV1]


class BrowserReadOption(TypedDict):
    label: str
    value: str
    selected: NotRequired[bool]


_Role: TypeAlias = Literal[
    "button", "textbox", "combobox", "checkbox", "radio", "slider", "listbox"
]


class BrowserReadElement(TypedDict):
    ref: str
    role: _Role
    label: str
    value: NotRequired[str]
    options: NotRequired[list[BrowserReadOption]]
    checked: NotRequired[bool]


_Omission: TypeAlias = Literal[
    "report_limit",
    "text_limit",
    "target_limit",
    "work_limit",
    "frame_limit",
    "unsupported_root",
    "unsupported_control",
    "remote_action",
    "private",
    "value",
    "name_limit",
]


class BrowserReadV1(TypedDict):
    """A page as text and elements; which elements have references is the driver's choice."""

    version: Literal[1]
    text: str
    elements: list[BrowserReadElement]
    omitted: list[_Omission]


class BrowserReadScope(TypedDict):
    ref: str
    label: str


class BrowserScopedReadV1(BrowserReadV1):
    """With regions to read next; their references cannot be acted upon."""

    scopes: list[BrowserReadScope]


class _FileOutcome(TypedDict):
    version: Literal[1]
    cleanup: Literal["not_started", "pending", "completed"]


class _FileCompleted(_FileOutcome):
    status: Literal["completed"]
    effect: Literal["completed"]


class _FileRefused(_FileOutcome):
    status: Literal["refused"]
    effect: Literal["none"]


class _FileUnknown(_FileOutcome):
    status: Literal["unknown"]
    effect: Literal["unknown"]


class _FileInterrupted(_FileOutcome):
    status: Literal["interrupted"]
    effect: Literal["none", "unknown"]


# How one transfer ended; that a later step made use of it is not said.
BrowserFileOutcome: TypeAlias = Union[  # noqa: UP007
    _FileCompleted, _FileRefused, _FileUnknown, _FileInterrupted
]


class BrowserConfirmContext(TypedDict):
    """What is to be confirmed. `state` was seen before: only the driver can bind a target."""

    member: str
    arguments: dict[str, object]
    state: BrowserState
    call_id: str


class BrowserReadConfirmContext(TypedDict):
    member: str
    arguments: dict[str, object]
    state: None
    call_id: str
    phase: Literal["before_read"]


Confirm: TypeAlias = Union[  # noqa: UP007
    Callable[[BrowserConfirmContext], bool],
    Callable[[BrowserConfirmContext | BrowserReadConfirmContext], bool],
]
AsyncConfirm: TypeAlias = Union[  # noqa: UP007
    Callable[[BrowserConfirmContext], Awaitable[bool]],
    Callable[[BrowserConfirmContext | BrowserReadConfirmContext], Awaitable[bool]],
]
UrlPolicy: TypeAlias = Callable[[BrowserConfirmContext, str], bool]
AsyncUrlPolicy: TypeAlias = Callable[[BrowserConfirmContext, str], Awaitable[bool]]

# An output for the model, and whether the action succeeded.
BrowserResult: TypeAlias = tuple[FunctionCallOutput, bool]
