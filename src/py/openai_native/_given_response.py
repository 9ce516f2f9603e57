"""What a response of another HTTP client becomes: the parsed answer, a stream, a raw response."""

# Synchronous twin: _given_response_sync.py (derived)

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, get_origin

from . import _http_errors
from ._constants import RAW_RESPONSE_HEADER
from ._legacy_response import LegacyAPIResponse
from ._response import AsyncAPIResponse, BaseAPIResponse, extract_response_type

if TYPE_CHECKING:
    from ._request_hooks import AsyncRequestHooks


async def process_response(
    client: AsyncRequestHooks,
    cast_to: Any,
    options: Any,
    response: Any,
    stream: bool,
    stream_cls: Any,
    retries_taken: int,
) -> Any:
    wanted = response.request.headers.get(RAW_RESPONSE_HEADER)
    given = {
        "raw": response,
        "client": client,
        "stream": stream,
        "stream_cls": stream_cls,
        "options": options,
        "retries_taken": retries_taken,
    }
    if wanted == "true":
        return LegacyAPIResponse(cast_to=cast_to, **given)
    origin = get_origin(cast_to) or cast_to
    if inspect.isclass(origin) and issubclass(origin, BaseAPIResponse) and (wanted or not stream):
        if not issubclass(origin, AsyncAPIResponse):
            raise TypeError(f"a response class must derive from {AsyncAPIResponse}, not {origin}")
        return origin(cast_to=extract_response_type(cast_to), **given)
    if _http_errors.is_response_class(cast_to):
        return response
    made: AsyncAPIResponse[Any] = AsyncAPIResponse(cast_to=cast_to, **given)
    return made if wanted else await made.parse()
