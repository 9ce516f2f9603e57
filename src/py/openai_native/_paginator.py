"""What a list method returns: await it, or iterate over it."""

# Synchronous twin: _paginator_sync.py (by hand)

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._chain import forks, listing
from ._types import not_given
from .pagination import BaseAsyncPage, OptionsRequest, PageRequest, first_page

if TYPE_CHECKING:
    from ._core import Endpoint
    from ._final_options import FinalRequestOptions

_T = TypeVar("_T")
_PageT = TypeVar("_PageT", bound=BaseAsyncPage[Any])


class AsyncPaginator(Generic[_T, _PageT]):
    """`await` gives the first page; `async for` gives every item of every page."""

    def __init__(self, request: PageRequest | OptionsRequest, page_cls: Any, model: Any) -> None:
        self._request = request
        self._page_cls = page_cls
        self._model = model

    def __await__(self) -> Generator[Any, None, _PageT]:
        return self._get_page().__await__()

    async def __aiter__(self) -> AsyncIterator[_T]:
        async for item in await self:
            yield item

    async def _get_page(self) -> _PageT:
        page: _PageT = await first_page(self._request, self._page_cls, self._model)
        return page


Listing = AsyncPaginator[Any, Any]


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
) -> Listing:
    given = (client, endpoint, values, extra_headers, extra_query, extra_body, timeout)
    if forks(client):
        return listing(*given, page=page, model=model)  # type: ignore[no-any-return]
    return AsyncPaginator(PageRequest(*given), page, model)


def paginate_options(client: Any, options: FinalRequestOptions, page: Any, model: Any) -> Listing:
    return AsyncPaginator(OptionsRequest(client, options), page, model)
