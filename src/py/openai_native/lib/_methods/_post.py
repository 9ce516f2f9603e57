"""A call through the client's `post`, for methods that look at the answer once it is there."""

# Synchronous twin: _post_sync.py (derived)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._utils import is_given


async def post(
    resource: Any,
    path: str,
    *,
    cast_to: Any,
    post_parser: Callable[[Any], Any],
    extra_headers: Any,
    extra_query: Any,
    extra_body: Any,
    timeout: Any,
    **body: Any,
) -> Any:
    return await resource._post(
        path,
        cast_to=cast_to,
        body={name: value for name, value in body.items() if is_given(value)},
        options={
            "headers": extra_headers or {},
            "params": extra_query or {},
            "extra_json": extra_body,
            "timeout": timeout,
            "security": {"bearer_auth": True},
            "post_parser": post_parser,
        },
    )
