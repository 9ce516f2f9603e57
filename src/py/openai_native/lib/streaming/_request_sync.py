"""What _request.py is, without waiting: calling the method would send the request at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

_T = TypeVar("_T")

Request = Callable[[], _T]


def prepare(method: Callable[..., _T], *args: Any, **kwargs: Any) -> Request[_T]:
    return partial(method, *args, **kwargs)


def send(request: Request[_T]) -> _T:
    return request()
