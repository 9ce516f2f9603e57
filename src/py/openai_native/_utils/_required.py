"""`required_args`: a call must give all arguments of one of several groups."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from ._values import human_join, quote

_CallableT = TypeVar("_CallableT", bound=Callable[..., Any])


def required_args(*variants: Sequence[str]) -> Callable[[_CallableT], _CallableT]:
    def decorate(function: _CallableT) -> _CallableT:
        parameters = inspect.signature(function).parameters.values()
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        positional = [each.name for each in parameters if each.kind in kinds]

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if len(args) > len(positional):
                raise TypeError(
                    f"{function.__name__}() takes {len(positional)} argument(s) but {len(args)} "
                    "were given"
                )
            given = {*positional[: len(args)], *kwargs}
            if not any(given.issuperset(variant) for variant in variants):
                raise TypeError(_complaint(variants, given))
            return function(*args, **kwargs)

        return cast(_CallableT, checked)

    return decorate


def _complaint(variants: Sequence[Sequence[str]], given: set[str]) -> str:
    if len(variants) > 1:
        groups = (human_join([quote(name) for name in each], final="and") for each in variants)
        either = human_join([f"({group})" for group in groups])
        return f"Missing required arguments; Expected either {either} arguments to be given"
    missing = [quote(name) for name in variants[0] if name not in given]
    return f"Missing required argument{'s' * (len(missing) > 1)}: {human_join(missing)}"
