"""Annotations of the official package -> JSON schemas (2020-12), for the mock server."""

from __future__ import annotations

import collections.abc as cabc
import inspect
import json
import re
import typing
from datetime import date, datetime
from typing import Any

import typing_extensions as te

SCALARS: dict[type, Any] = {
    type(None): {"type": "null"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    object: {},
}
FILES = ("PathLike", "IO", "BinaryIO")


class Schemas:
    """Python annotations -> JSON schema (2020-12), named types collected as components."""

    def __init__(self) -> None:
        self.components: dict[str, Any] = {}
        self._names: dict[Any, str] = {}

    def of(self, tp: Any) -> Any:
        origin, args = te.get_origin(tp), te.get_args(tp)
        if isinstance(tp, te.TypeAliasType):
            return self.of(tp.__value__)
        if origin in (te.Annotated, te.Required, te.NotRequired, typing.ClassVar):
            return self.of(args[0])
        if origin in (typing.Literal, te.Literal):
            return {"enum": list(args)} if len(args) > 1 else {"const": args[0]}
        if origin is typing.Union or type(tp).__name__ == "UnionType":
            return self._union(args)
        if tp is None:
            return {"type": "null"}
        if getattr(tp, "__name__", "") == "StrictBool":
            return {"type": "boolean"}
        if isinstance(tp, type) and tp in SCALARS:
            return SCALARS[tp]
        return self._container(tp, origin or tp, args)

    def _union(self, members: tuple[Any, ...]) -> Any:
        variants: dict[str, Any] = {}
        for member in members:
            schema = self.of(member)
            variants.setdefault(json.dumps(schema, sort_keys=True), schema)
        schemas = list(variants.values())
        if {} in schemas:
            return {}
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    def _container(self, tp: Any, base: Any, args: tuple[Any, ...]) -> Any:
        if getattr(base, "__name__", "") == "SequenceNotStr":
            return {"type": "array", "items": self.of(args[0]) if args else {}}
        if not inspect.isclass(base):
            return {}
        if te.is_typeddict(base):
            return self._ref(tp, base, self._typed_dict)
        if hasattr(base, "model_fields"):
            return self._ref(tp, tp if inspect.isclass(tp) else base, self._model)
        # only files are tuples
        if issubclass(base, (tuple, bytes, bytearray)) or base.__name__ in FILES:
            return {"type": "string", "format": "binary"}
        if issubclass(base, cabc.Mapping):
            return {"type": "object", "additionalProperties": self.of(args[1]) if args else {}}
        if issubclass(base, cabc.Iterable):
            return {"type": "array", "items": self.of(args[0]) if args else {}}
        return {}

    def _ref(self, key: Any, cls: Any, build: Any) -> Any:
        name = self._names.get(key)
        if name is None:
            stem = re.sub(
                r"\W+",
                "_",
                f"{cls.__module__.removeprefix('openai.').removeprefix('types.')}_{cls.__name__}",
            )
            name = stem
            n = 1
            while name in self.components:
                n += 1
                name = f"{stem}_{n}"
            self._names[key] = name
            self.components[name] = {}
            self.components[name] = build(cls)
        return {"$ref": f"#/components/schemas/{name}"}

    def _typed_dict(self, cls: Any) -> Any:
        props: dict[str, Any] = {}
        required: list[str] = []
        for name, hint in te.get_type_hints(cls, include_extras=True).items():
            wire, inner, is_required = name, hint, None
            while True:
                o = te.get_origin(inner)
                if o in (te.Required, te.NotRequired):
                    is_required = o is te.Required
                    inner = te.get_args(inner)[0]
                elif o is te.Annotated:
                    for extra in te.get_args(inner)[1:]:
                        wire = getattr(extra, "alias", None) or wire
                    inner = te.get_args(inner)[0]
                else:
                    break
            props[wire] = self.of(inner)
            if is_required:
                required.append(wire)
        out: dict[str, Any] = {"type": "object", "properties": props}
        if required:
            out["required"] = sorted(required)
        return out

    def _recursive(self, cls: Any, tp: Any, seen: frozenset[Any] = frozenset()) -> bool:
        """Can a value of type `tp` contain an instance of `cls`?"""
        if inspect.isclass(tp) and hasattr(tp, "model_fields"):
            if tp is cls:
                return True
            if tp in seen:
                return False
            seen |= {tp}
            return any(self._recursive(cls, f.annotation, seen) for f in tp.model_fields.values())
        return any(self._recursive(cls, a, seen) for a in te.get_args(tp))

    def _model(self, cls: Any) -> Any:
        cls.model_rebuild(force=False)
        props: dict[str, Any] = {}
        required: list[str] = []
        for name, field in cls.model_fields.items():
            wire = field.alias or name
            props[wire] = self.of(field.annotation)
            # optional fields are marked required too, so that the mock server fills them in
            if field.is_required() or not self._recursive(cls, field.annotation):
                required.append(wire)
        out: dict[str, Any] = {"type": "object", "properties": props}
        if required:
            out["required"] = sorted(required)
        return out
