"""`openapi_dumps`: a request's body as JSON text, made by the core's writer."""

from __future__ import annotations

from typing import Any


def openapi_dumps(obj: Any) -> bytes:
    from .._core import dumps_by_alias

    return dumps_by_alias(obj)
