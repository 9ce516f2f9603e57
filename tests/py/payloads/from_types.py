"""Valid JSON made from an annotation, so that every class a type can reach is met."""

from __future__ import annotations

import inspect
from random import Random
from typing import Any, TypeVar, get_args, get_origin

from openai._models import BaseModel
from openai._utils import (
    is_annotated_type,
    is_literal_type,
    is_type_alias_type,
    is_union_type,
)


def model_classes(annotation: Any) -> list[type[BaseModel]]:
    """The models that `annotation` reaches, in the order they are met."""
    found: dict[Any, None] = {}
    _collect(annotation, found)
    return [each for each in found if inspect.isclass(each) and issubclass(each, BaseModel)]


def _collect(annotation: Any, found: dict[Any, None]) -> None:
    if is_type_alias_type(annotation):
        annotation = annotation.__value__
    if is_literal_type(annotation) or annotation in found:
        return
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        found[annotation] = None
        for field in annotation.model_fields.values():
            _collect(field.annotation, found)
    for argument in get_args(annotation):
        _collect(argument, found)


class Maker:
    """Makes valid values; `full` gives every optional field a value (down to `depth` models)."""

    def __init__(self, random: Random, *, full: bool, depth: int = 5) -> None:
        self._random = random
        self._full = full
        self._depth = depth

    def value(self, annotation: Any, depth: int = 0) -> Any:
        if is_type_alias_type(annotation):
            return self.value(annotation.__value__, depth)
        if is_annotated_type(annotation):
            return self.value(get_args(annotation)[0], depth)
        args = get_args(annotation)
        if is_literal_type(annotation):
            return self._random.choice(args)
        if is_union_type(annotation):
            return self.value(self._member(args, depth), depth)
        origin = get_origin(annotation) or annotation
        if origin is list:
            size = 0 if depth > self._depth else self._random.choice((0, 1, 1, 2, 3))
            return [self.value(args[0] if args else str, depth) for _ in range(size)]
        if origin is dict:
            return {key: self.value(args[1] if args else str, depth) for key in ("one", "zwei")}
        if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
            return self._model(annotation, depth + 1)
        return self._scalar(annotation)

    def _member(self, members: tuple[Any, ...], depth: int) -> Any:
        others = [member for member in members if member is not type(None)]
        if len(others) < len(members) and (depth > self._depth or not self._wanted()):
            return type(None)
        return self._random.choice(others)

    def _model(self, cls: type[BaseModel], depth: int) -> dict[str, Any]:
        made = {}
        for name, field in cls.model_fields.items():
            if field.is_required() or self._wanted():
                made[field.alias or name] = self.value(field.annotation, depth)
        if self._random.random() < 0.3:
            made = dict(sorted(made.items()))
        return made

    def _wanted(self) -> bool:
        return self._full or self._random.random() < 0.4

    def _scalar(self, annotation: Any) -> Any:
        if annotation is type(None):
            return None
        if annotation is bool:
            return self._random.choice((True, False))
        if annotation is int:
            return self._random.choice((0, 1, -3, 1741569952, 2**62))
        if annotation is float:
            return self._random.choice((0.0, 0.7, -1.25e-7, 1e22, 3))
        if annotation is str:
            return self._random.choice(
                ("", "a", "text", "gpt-4.1", "ümlaut ☃ \U0001f680", "q" * 80)
            )
        if annotation in (object, Any) or isinstance(annotation, TypeVar):
            return self._random.choice((None, "any", {"any": [1, None]}, [1.5, {"a": False}]))
        raise NotImplementedError(f"no value for {annotation!r}")
