"""The kinds of arguments that browser tools have: a JSON schema, and the check that goes with it.

Schemas and descriptions are the official client's: they are what models see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._texts import MAX_INTEGER, fits, fits_exactly, is_counter

_Schema = dict[str, Any]
_MODIFIERS = ("Control", "Alt", "Meta", "Shift")


@dataclass(frozen=True)
class Kind:
    schema: _Schema
    valid: Callable[[Any], bool]


def _integer(least: int, most: int) -> Kind:
    return Kind(
        {"type": "integer", "minimum": least, "maximum": most},
        lambda value: type(value) is int and least <= value <= most,
    )


def _one_of(*values: str) -> Kind:
    return Kind({"type": "string", "enum": list(values)}, lambda value: value in values)


def _described(schema: _Schema, description: str, valid: Callable[[Any], bool]) -> Kind:
    return Kind({**schema, "description": description}, valid)


def _keys(value: object, least: int, most: int) -> bool:
    return (
        type(value) is list
        and least <= len(value) <= most
        and all(fits_exactly(key, 64, allow_empty=False) for key in value)
        and len(set(value)) == len(value)
    )


def _modifiers(value: Any) -> bool:
    return _keys(value, 0, 4) and all(key in _MODIFIERS for key in value)


def _path(value: object) -> bool:
    return (
        type(value) is list
        and 2 <= len(value) <= 100
        and all(
            type(point) is dict
            and point.keys() == {"x", "y"}
            and all(is_counter(each) for each in point.values())
            for point in value
        )
    )


def _region(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 4
        and all(is_counter(each) for each in value)
        and value[0] < value[2]
        and value[1] < value[3]
    )


_COORDINATE = _integer(0, MAX_INTEGER)

KINDS: dict[str, Kind] = {
    "string": Kind({"type": "string"}, lambda value: isinstance(value, str)),
    "boolean": Kind({"type": "boolean"}, lambda value: type(value) is bool),
    "nullable": Kind(
        {"type": ["string", "null"]}, lambda value: value is None or isinstance(value, str)
    ),
    "strings": Kind(
        {"type": "array", "items": {"type": "string"}},
        lambda value: isinstance(value, list) and all(isinstance(s, str) for s in value),
    ),
    "amount": _COORDINATE,
    "wait_text": Kind(
        {"type": "string"},
        lambda value: isinstance(value, str)
        and fits(" ".join(value.split()), 256, allow_empty=False),
    ),
    "timeout": _integer(1, 30_000),
    "region": Kind(
        {
            "type": "array",
            "description": "[left, top, right, bottom] in full-screenshot coordinates. "
            "Keep that coordinate origin after cropping.",
            "items": _COORDINATE.schema,
            "minItems": 4,
            "maxItems": 4,
        },
        _region,
    ),
    "filter": _one_of("all", "interactive"),
    "direction": _one_of("up", "down", "left", "right"),
    "coordinate": _COORDINATE,
    "button": _one_of("left", "right", "middle"),
    "click_count": Kind(
        {"type": "integer", "enum": [1, 2, 3]},
        lambda value: type(value) is int and value in (1, 2, 3),
    ),
    "modifiers": _described(
        {
            "type": "array",
            "items": {"type": "string", "enum": list(_MODIFIERS)},
            "minItems": 0,
            "maxItems": 4,
        },
        "Unique modifier names.",
        _modifiers,
    ),
    "path": Kind(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"x": _COORDINATE.schema, "y": _COORDINATE.schema},
                "required": ["x", "y"],
                "additionalProperties": False,
            },
            "minItems": 2,
            "maxItems": 100,
        },
        _path,
    ),
    "held_keys": _described(
        {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 8},
        "Unique nonempty key names, at most 64 UTF-8 bytes each.",
        lambda value: _keys(value, 1, 8),
    ),
    "duration": _integer(1, 3000),
    "depth": _integer(1, 32),
    "scope": _described(
        {"type": ["string", "null"]},
        "A nonempty scope ref, at most 256 UTF-8 bytes; null discovers scopes.",
        lambda value: value is None or fits_exactly(value, 256, allow_empty=False),
    ),
    "diagnostic_source": _one_of("console", "network"),
    "diagnostic_limit": _integer(1, 100),
    "script": _described(
        {"type": "string"},
        "Nonempty page script containing valid Unicode.",
        lambda value: fits_exactly(value, None, allow_empty=False),
    ),
    "file_grant": _described(
        {"type": "string"},
        "Nonempty caller-issued file grant, at most 256 UTF-8 bytes.",
        lambda value: fits_exactly(value, 256, allow_empty=False),
    ),
}
