"""Query strings: `key[]=a&key[]=b`, `filter[name]=x`, None left out.

The API wants brackets, which its clients' `qs` writes; by themselves arrays repeat their key, as in
the official package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ._types import ArrayFormat, NestedFormat, NotGiven, Omit, not_given
from ._utils import get_args

if TYPE_CHECKING:
    _T = TypeVar("_T")

_ITEM_SUFFIX = {"repeat": "", "brackets": "[]", "indices": "[{}]"}


class Querystring:
    def __init__(
        self,
        *,
        array_format: ArrayFormat = "repeat",
        nested_format: NestedFormat = "brackets",
    ) -> None:
        self.array_format = array_format
        self.nested_format = nested_format

    def parse(self, query: str) -> Mapping[str, object]:
        from urllib.parse import parse_qs

        return parse_qs(query)

    def stringify(
        self,
        params: Mapping[str, object],
        *,
        array_format: ArrayFormat | NotGiven = not_given,
        nested_format: NestedFormat | NotGiven = not_given,
    ) -> str:
        from urllib.parse import urlencode

        return urlencode(
            self.stringify_items(params, array_format=array_format, nested_format=nested_format)
        )

    def stringify_items(
        self,
        params: Mapping[str, object],
        *,
        array_format: ArrayFormat | NotGiven = not_given,
        nested_format: NestedFormat | NotGiven = not_given,
    ) -> list[tuple[str, str]]:
        formats = _Formats(
            _given(array_format, self.array_format), _given(nested_format, self.nested_format)
        )
        return [pair for key, value in params.items() for pair in formats.flatten(key, value)]


class _Formats:
    def __init__(self, array: ArrayFormat, nested: NestedFormat) -> None:
        self.array = array
        self.nested = nested

    def flatten(self, key: str, value: Any) -> Iterator[tuple[str, str]]:
        if value is None or isinstance(value, (NotGiven, Omit)):
            return
        if isinstance(value, Mapping):
            for name, inner in value.items():
                under = f"{key}.{name}" if self.nested == "dots" else f"{key}[{name}]"
                yield from self.flatten(under, inner)
        elif isinstance(value, (list, tuple)):
            yield from self._flatten_array(key, value)
        else:
            yield key, _text(value)

    def _flatten_array(self, key: str, values: Any) -> Iterator[tuple[str, str]]:
        if self.array == "comma":
            yield key, ",".join(_text(value) for value in values if value is not None)
            return
        suffix = _ITEM_SUFFIX.get(self.array)
        if suffix is None:
            raise NotImplementedError(
                f"Unknown array_format value: {self.array}, "
                f"choose from {', '.join(get_args(ArrayFormat))}"
            )
        for index, value in enumerate(values):
            yield from self.flatten(key + suffix.format(index), value)


def _given(value: _T | NotGiven, otherwise: _T) -> _T:
    return otherwise if isinstance(value, NotGiven) else value


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


_default = Querystring()
parse = _default.parse
stringify = _default.stringify
stringify_items = _default.stringify_items
