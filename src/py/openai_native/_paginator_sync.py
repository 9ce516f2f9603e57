"""What a list method returns: the first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._pagination_sync import PageRequest, first_page
from ._types import not_given

if TYPE_CHECKING:
    from ._client import OpenAI
    from ._core import Endpoint

Listing = Any


def paginate(
    client: OpenAI,
    endpoint: Endpoint,
    values: tuple[Any, ...],
    extra_headers: Mapping[str, Any] | None = None,
    extra_query: Mapping[str, object] | None = None,
    extra_body: object | None = None,
    timeout: Any = not_given,
    *,
    page: Any,
    model: Any,
) -> Any:
    request = PageRequest(client, endpoint, values, extra_headers, extra_query, extra_body, timeout)
    return first_page(request, page, model)
