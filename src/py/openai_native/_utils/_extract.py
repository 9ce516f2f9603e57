"""`extract_files`: takes the files out of a body, by the paths at which they may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from .._types import ArrayFormat, FileTypes
from ._utils import is_given

_T = TypeVar("_T")
_EACH = "<array>"
_INDEXES = {"brackets": "[]", "repeat": "", "comma": ""}


def extract_files(
    query: Mapping[str, object],
    *,
    paths: Sequence[Sequence[str]],
    array_format: ArrayFormat = "brackets",
) -> list[tuple[str, FileTypes]]:
    """(field name, file) of every file; `query` loses what holds nothing else."""
    if array_format != "indices" and array_format not in _INDEXES:
        raise NotImplementedError(f"Unknown array_format value: {array_format}")
    return [found for path in paths for found in _taken(query, tuple(path), "", array_format)]


def _taken(value: Any, path: tuple[str, ...], name: str, how: str) -> Iterator[tuple[str, Any]]:
    if not path:
        yield from _files(value, name, how)
        return
    key, *rest = path
    if isinstance(value, dict) and key in value:
        inner = f"{name}[{key}]" if name else key
        last = all(each == _EACH for each in rest) and (not rest or isinstance(value[key], list))
        yield from _taken(value.pop(key) if last else value[key], tuple(rest), inner, how)
    elif isinstance(value, list) and key == _EACH:
        for at, item in enumerate(value):
            yield from _taken(item, tuple(rest), name + _index(at, how), how)


def _files(value: Any, name: str, how: str) -> Iterator[tuple[str, Any]]:
    from .._files import check_entry

    if not is_given(value):
        return
    several = isinstance(value, list)
    for at, entry in enumerate(value if several else [value]):
        field = name + _index(at, how) if several else name
        check_entry(entry, field)
        yield field, entry


def _index(at: int, how: str) -> str:
    return f"[{at}]" if how == "indices" else _INDEXES[how]


def deepcopy_with_paths(item: _T, paths: Sequence[Sequence[str]]) -> _T:
    """A copy of the containers on the way to files, so that taking those out changes nothing."""
    return _copied(item, [tuple(path) for path in paths])  # type: ignore[no-any-return]


def _copied(item: Any, paths: list[tuple[str, ...]]) -> Any:
    below = {path[0] for path in paths if path}

    def rest(key: str) -> list[tuple[str, ...]]:
        return [path[1:] for path in paths if path and path[0] == key]

    if isinstance(item, Mapping) and below:
        return {k: _copied(v, rest(k)) if k in below else v for k, v in item.items()}
    if isinstance(item, list) and _EACH in below:
        return [_copied(each, rest(_EACH)) for each in item]
    return item
