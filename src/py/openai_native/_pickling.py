"""What has to be done before a model can be pickled with its class in it.

`cloudpickle` takes a class that cannot be imported by value: its dictionary as it stands. Until
pydantic completed the class, which ours put off, that holds stand-ins for its serializer. Older
releases of pydantic cannot read these back at all, and Python 3.10 completes the class by looking
at them: what is read back is then neither one nor the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydantic

from ._utils import get_args, get_origin

_OURS = f"{__package__}."


def complete(cls: type[pydantic.BaseModel]) -> None:
    """Completes `cls` and the models it is made of, but for our own, which are always imported."""
    seen: set[type[pydantic.BaseModel]] = set()
    waiting = [cls]
    while waiting:
        kind = waiting.pop()
        if kind in seen or kind is pydantic.BaseModel or kind.__module__.startswith(_OURS):
            continue
        seen.add(kind)
        if not kind.__pydantic_complete__:
            kind.model_rebuild(raise_errors=False)
        waiting.extend(base for base in kind.__bases__ if _is_model(base))
        for field in kind.model_fields.values():
            waiting.extend(_models_in(field.annotation))


def _models_in(annotation: Any) -> Iterator[type[pydantic.BaseModel]]:
    if _is_model(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _is_model(value: Any) -> bool:
    # Python 3.10 takes `list[int]` for a type.
    plain = isinstance(value, type) and get_origin(value) is None
    return plain and issubclass(value, pydantic.BaseModel)
