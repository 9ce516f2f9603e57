"""Questions about functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def function_has_argument(func: Callable[..., Any], arg_name: str) -> bool:
    import inspect

    return arg_name in inspect.signature(func).parameters


def assert_signatures_in_sync(
    source_func: Callable[..., Any],
    check_func: Callable[..., Any],
    *,
    exclude_params: set[str] = frozenset(),  # type: ignore[assignment]
    description: str = "",
) -> None:
    """Every parameter of the first function is one of the second's, with the same annotation."""
    import inspect

    wanted = inspect.signature(source_func).parameters
    there = inspect.signature(check_func).parameters
    errors = []
    for name in wanted.keys() - exclude_params:
        if name not in there:
            errors.append(f"{name}: missing")
        elif there[name].annotation != wanted[name].annotation:
            errors.append(f"{name}: {there[name].annotation!r}, not {wanted[name].annotation!r}")
    if errors:
        raise AssertionError(f"signatures differ{description}: " + "; ".join(sorted(errors)))
