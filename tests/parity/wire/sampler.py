"""Arguments for a method, made from its annotations."""

from __future__ import annotations

import inspect
import io
import os
import typing
from collections import abc
from pathlib import Path
from typing import Any

import typing_extensions as te
from openai._types import SequenceNotStr

NOT_A_VALUE = {"NoneType", "Omit", "NotGiven"}
SCALARS: dict[Any, Any] = {
    str: "a/b é&?=%+",
    int: 7,
    float: 0.25,
    bool: True,
    object: {"any": [None, 1]},
    Any: {"any": [None, 1]},
    bytes: "bytes é".encode(),
}
ASCII_VARIANT = 2  # its text fits into headers, too
NOT_SENT = ("timeout", "stream", "output_type")


class Sampler:
    """Values for annotations; another `variant` takes other members of unions and literals."""

    def __init__(self, variant: int, file: Path) -> None:
        self.variant = variant
        self.file = file

    def of(self, tp: Any, depth: int = 3) -> Any:
        origin, arguments = te.get_origin(tp), te.get_args(tp)
        if isinstance(tp, te.TypeAliasType):
            return self.of(tp.__value__, depth)
        if origin in (te.Required, te.NotRequired, typing.Annotated, te.Annotated):
            return self.of(arguments[0], depth)
        if origin in (typing.Literal, te.Literal):
            return arguments[self.variant % len(arguments)]
        if origin is typing.Union or type(tp).__name__ == "UnionType":
            members = [a for a in arguments if getattr(a, "__name__", "") not in NOT_A_VALUE]
            return self.of(members[self.variant % len(members)], depth)
        if te.is_typeddict(tp):
            return self.typed_dict(tp, depth)
        return self.plain(origin or tp, arguments, depth)

    def plain(self, base: Any, arguments: tuple[Any, ...], depth: int) -> Any:
        if base in (list, abc.Iterable, abc.Sequence, SequenceNotStr):
            return [self.of(arguments[0], depth - 1)] * (1 + self.variant % 2)
        if base in (dict, abc.Mapping):
            return {"key é": self.of(arguments[1], depth - 1)}
        if base is tuple:  # a file with its name
            return ("näme.txt", b"content", "text/x-odd", {"X-Part": "1"})[: len(arguments)]
        if base is os.PathLike:
            return self.file
        if inspect.isclass(base) and issubclass(base, typing.IO):
            return io.BytesIO(b"from a file object")
        if base is str and self.variant == ASCII_VARIANT:
            return "plain"
        return SCALARS[base]

    def typed_dict(self, tp: Any, depth: int) -> dict[str, Any]:
        hints = te.get_type_hints(tp, include_extras=True)
        wanted = tp.__required_keys__ if depth <= 0 else hints.keys()
        return {k: self.of(h, depth - 1) for k, h in hints.items() if k in wanted}

    def arguments(self, method: Any, everything: bool) -> dict[str, Any]:
        hints = te.get_type_hints(method, include_extras=True)
        found = {}
        for name, parameter in list(inspect.signature(method).parameters.items())[1:]:
            bare = parameter.default is inspect.Parameter.empty
            if name in NOT_SENT or not (bare or everything):
                continue
            if name.startswith("extra_"):
                found[name] = {"x-extra" if name == "extra_headers" else "extra": "1"}
            else:
                found[name] = self.of(hints[name])
        return found
