"""What there is to see of an object, as plain values: so two packages' objects can be compared."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import pydantic


def snapshot(value: Any) -> Any:
    """Types, order and values all the way down."""
    if isinstance(value, pydantic.BaseModel):
        return (
            type(value).__qualname__,
            sorted(value.model_fields_set),
            [(name, snapshot(item)) for name, item in value.__dict__.items()],
            snapshot(value.model_extra),
            snapshot(value.__pydantic_private__),
        )
    if isinstance(value, dict):
        return ("dict", [(snapshot(key), snapshot(item)) for key, item in value.items()])
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, [snapshot(item) for item in value])
    return (type(value).__name__, repr(value))


def uses(value: Any) -> dict[str, Any]:
    """The results of what programs do with a model."""
    if not isinstance(value, pydantic.BaseModel):
        return {}
    actions: dict[str, Callable[[], Any]] = {
        "repr": lambda: repr(value),
        "str": lambda: str(value),
        "model_dump": lambda: snapshot(value.model_dump()),
        "model_dump json": lambda: snapshot(value.model_dump(mode="json")),
        "model_dump_json": lambda: value.model_dump_json(by_alias=True),
        "pickle": lambda: snapshot(pickle.loads(pickle.dumps(value))),
        "deepcopy": lambda: snapshot(copy.deepcopy(value)),
        "model_copy": lambda: snapshot(value.model_copy()),
        "equals its copy": lambda: value == value.model_copy(deep=True),
        "_request_id": lambda: value._request_id,  # type: ignore[attr-defined]
    }
    if hasattr(value, "to_dict"):
        actions["to_dict"] = lambda: snapshot(value.to_dict())
        actions["to_json"] = lambda: value.to_json(exclude_none=True)
    return {name: attempt(action) for name, action in actions.items()}


def attempt(action: Callable[[], Any]) -> Any:
    """What `action` gives: a result with its warnings, or the type of what it raises."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = action()
        except Exception as error:
            return ("raised", type(error).__name__)
    return (result, [str(each.message) for each in caught])
