"""A call through the client's `post`, for methods that look at the answer once it is there."""

# Synchronous twin: _post_sync.py (derived)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..._chain import plain
from ..._request_options import make_request_options

# What gateways route by comes first, as in calls without these helpers.
_FIRST = ("model", "stream", "service_tier")


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
    first = {name: body[name] for name in _FIRST if name in body}
    return await resource._post(
        path,
        cast_to=cast_to,
        body=plain({**first, **body}),
        options=make_request_options(
            extra_headers=extra_headers,
            extra_query=extra_query,
            extra_body=extra_body,
            timeout=timeout,
            security={"bearer_auth": True},
            post_parser=post_parser,
        ),
    )
