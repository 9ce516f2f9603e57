"""Query strings as the API wants them: `key[]=a&key[]=b`, `filter[name]=x`, None left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ._types import NotGiven, Omit

if TYPE_CHECKING:
    from ._types import ArrayFormat, NestedFormat


class Querystring:
    def __init__(
        self,
        *,
        array_format: ArrayFormat = "brackets",
        nested_format: NestedFormat = "brackets",
    ) -> None:
        self.array_format = array_format
        self.nested_format = nested_format

    def stringify(self, query: Mapping[str, object]) -> str:
        from urllib.parse import urlencode

        return urlencode(self.stringify_items(query))

    def stringify_items(self, query: Mapping[str, object]) -> list[tuple[str, str]]:
        return [pair for key, value in query.items() for pair in self._flatten(key, value)]

    def _flatten(self, key: str, value: Any) -> Iterator[tuple[str, str]]:
        if value is None or isinstance(value, (NotGiven, Omit)):
            return
        if isinstance(value, Mapping):
            for name, inner in value.items():
                under = f"{key}.{name}" if self.nested_format == "dots" else f"{key}[{name}]"
                yield from self._flatten(under, inner)
        elif isinstance(value, (list, tuple)):
            yield from self._flatten_array(key, value)
        else:
            yield key, _text(value)

    def _flatten_array(self, key: str, values: Any) -> Iterator[tuple[str, str]]:
        if self.array_format == "comma":
            yield key, ",".join(_text(value) for value in values if value is not None)
            return
        for index, value in enumerate(values):
            suffix = {"repeat": "", "brackets": "[]", "indices": f"[{index}]"}[self.array_format]
            yield from self._flatten(key + suffix, value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


_default = Querystring()
stringify = _default.stringify
stringify_items = _default.stringify_items
