"""Keys inside a request's body that the wire spells otherwise than their TypedDicts do."""

from __future__ import annotations

import ast
import importlib
import typing
from types import UnionType
from typing import Any, Union

import typing_extensions as te

from surface_types import NotUnderstood

_TRANSPARENT = (te.Annotated, te.NotRequired, te.Required, typing.Annotated, Union, UnionType)
Spellings = dict[str, str]  # dotted path of keys -> the last key's name on the wire


def respelled(node: ast.expr, module: str, body: list[str]) -> Spellings:
    """What differs below the members of a body; `node`: its type, as a resource module has it."""
    namespace = vars(importlib.import_module(f"openai.{module}"))
    found: Spellings = {}
    for each in ast.walk(node):  # one type, or one for streams and one for plain answers
        if isinstance(each, ast.Attribute):
            cls = getattr(namespace[ast.unparse(each.value)], each.attr)
            for path, wire in _READER.below(cls).items():
                if "." in path:
                    found[path] = wire
                elif path in body:
                    raise NotUnderstood(f"{module}: the member {path} of a body is sent as {wire}")
    return {path: wire for path, wire in found.items() if path.partition(".")[0] in body}


class _Reader:
    def __init__(self) -> None:
        self._known: dict[Any, Spellings] = {}

    def below(self, annotation: Any) -> Spellings:
        if te.is_typeddict(annotation):
            if annotation not in self._known:
                self._known[annotation] = {}  # for types that contain themselves
                self._known[annotation] = self._members(annotation)
            return self._known[annotation]
        found: Spellings = {}
        for argument in te.get_args(annotation):
            found.update(self.below(argument))
        if found and te.get_origin(annotation) not in _TRANSPARENT:  # a list, a dictionary
            raise NotUnderstood(f"a key inside of {annotation} is spelled otherwise on the wire")
        return found

    def _members(self, cls: Any) -> Spellings:
        found: Spellings = {}
        for name, hint in te.get_type_hints(cls, include_extras=True).items():
            alias = _alias(hint)
            if alias is not None:
                found[name] = alias
            found.update({f"{name}.{path}": wire for path, wire in self.below(hint).items()})
        return found


def _alias(hint: Any) -> str | None:
    if te.get_origin(hint) in (te.Required, te.NotRequired):
        hint = te.get_args(hint)[0]
    found = (getattr(extra, "alias", None) for extra in getattr(hint, "__metadata__", ()))
    return next(filter(None, found), None)


_READER = _Reader()
