"""What a list method returns: the first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._chain import forks, listing
from ._pagination_sync import OptionsRequest, PageRequest, first_page
from ._types import not_given

if TYPE_CHECKING:
    from ._core import Endpoint
    from ._final_options import FinalRequestOptions

Listing = Any


def paginate(
    client: Any,
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
    given = (client, endpoint, values, extra_headers, extra_query, extra_body, timeout)
    if forks(client):
        return listing(*given, page=page, model=model)
    return first_page(PageRequest(*given), page, model)


def paginate_options(client: Any, options: FinalRequestOptions, page: Any, model: Any) -> Listing:
    return first_page(OptionsRequest(client, options), page, model)
