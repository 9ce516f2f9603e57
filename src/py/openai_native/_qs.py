"""Query strings as the API wants them: `key[]=a&key[]=b`, `filter[name]=x`, None left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ._types import NotGiven, Omit


def stringify(query: Mapping[str, object]) -> str:
    from urllib.parse import urlencode

    return urlencode([pair for key, value in query.items() for pair in _flatten(key, value)])


def _flatten(key: str, value: object) -> Iterator[tuple[str, str]]:
    if value is None or isinstance(value, (NotGiven, Omit)):
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flatten(f"{key}[{name}]", inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _flatten(f"{key}[]", inner)
    elif isinstance(value, bool):
        yield key, "true" if value else "false"
    else:
        yield key, str(value)
