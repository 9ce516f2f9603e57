"""What a driver read of a page, projected: what is not asked for never leaves the driver."""

from __future__ import annotations

from typing import Any, cast, get_args

from ._texts import fits_exactly
from ._types import (
    BrowserReadElement,
    BrowserReadOption,
    BrowserReadV1,
    BrowserScopedReadV1,
    _Omission,
    _Role,
)

_OMISSIONS = get_args(_Omission)
_ROLES = get_args(_Role)
# These members always report; the others may give plain text.
_ALWAYS = ("read_page_scoped", "read_diagnostics")
_WITHOUT_ELEMENTS = ("get_page_text", "read_diagnostics")


def read_report(member: str, value: object) -> str | BrowserReadV1 | None:
    if member not in _ALWAYS and (value is None or isinstance(value, str)):
        return value
    try:
        return _report(member, value)
    except Exception:
        raise RuntimeError("Browser read report failed.") from None


class _Malformed(ValueError):
    """Says nothing more: the report is the page's, and the message may reach a log."""


def _report(member: str, value: object) -> BrowserReadV1:
    if type(value) is not dict or type(value.get("version")) is not int or value["version"] != 1:
        raise _Malformed
    text = _text(value.get("text"), None, allow_empty=True)
    elements, omitted = _list(value.get("elements")), _list(value.get("omitted"))
    if (elements and member in _WITHOUT_ELEMENTS) or len(omitted) > len(_OMISSIONS):
        raise _Malformed
    if len(set(omitted)) != len(omitted) or not all(
        type(code) is str and code in _OMISSIONS for code in omitted
    ):
        raise _Malformed
    refs: set[str] = set()
    report: BrowserReadV1 = {
        "version": 1,
        "text": text,
        "elements": [_element(each, refs) for each in elements],
        "omitted": cast("list[_Omission]", omitted),
    }
    if member != "read_page_scoped":
        return report
    scopes = [_named(each, refs) for each in _list(value.get("scopes"))]
    scoped: BrowserScopedReadV1 = {
        **report,
        "scopes": [{"ref": scope["ref"], "label": scope["label"]} for scope in scopes],
    }
    return scoped


def _element(value: object, refs: set[str]) -> BrowserReadElement:
    item = _named(value, refs)
    role = item.get("role")
    if type(role) is not str or role not in _ROLES:
        raise _Malformed
    element = cast("BrowserReadElement", {"ref": item["ref"], "role": role, "label": item["label"]})
    if role in ("checkbox", "radio") and "checked" in item:
        element["checked"] = _bool(item["checked"])
    if "value" in item:
        element["value"] = _text(item["value"], 512, allow_empty=True)
    if "options" in item:
        element["options"] = [
            _option(each, selectable=role == "listbox") for each in _list(item["options"])
        ]
    return element


def _option(value: object, *, selectable: bool) -> BrowserReadOption:
    if type(value) is not dict:
        raise _Malformed
    option: BrowserReadOption = {
        "label": _text(value.get("label"), 256),
        "value": _text(value.get("value"), 512, allow_empty=True),
    }
    if selectable and "selected" in value:
        option["selected"] = _bool(value["selected"])
    return option


def _named(value: object, refs: set[str]) -> dict[str, Any]:
    """Something with a reference of its own, and a label."""
    if type(value) is not dict:
        raise _Malformed
    ref = _text(value.get("ref"), 256)
    _text(value.get("label"), 256)
    if ref in refs:
        raise _Malformed
    refs.add(ref)
    return value


def _text(value: object, limit: int | None, *, allow_empty: bool = False) -> str:
    if not fits_exactly(value, limit, allow_empty=allow_empty):
        raise _Malformed
    return value


def _bool(value: object) -> bool:
    if type(value) is not bool:
        raise _Malformed
    return value


def _list(value: object) -> list[Any]:
    if type(value) is not list:
        raise _Malformed
    return value.copy()  # looking at an entry may run code of the page's driver
