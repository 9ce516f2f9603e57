"""`client.get_api_list(...)`: pages of endpoints that have no method of their own."""

# Synchronous twin: _api_lists_sync.py (by hand)
# ruff: noqa: B006, UP006, UP035 (annotations are spelled as the official ones)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Type, TypeVar

from ._annotations import evaluate_lazily

if TYPE_CHECKING:
    from ._final_options import FinalRequestOptions
    from ._paginator import AsyncPaginator
    from ._types import Body, RequestOptions
    from .pagination import BaseAsyncPage

_T = TypeVar("_T")
AsyncPageT = TypeVar("AsyncPageT", bound="BaseAsyncPage[Any]")


class AsyncListMethods:
    def get_api_list(
        self,
        path: str,
        *,
        model: Type[_T],
        page: Type[AsyncPageT],
        body: Body | None = None,
        options: RequestOptions = {},
        method: str = "get",
    ) -> AsyncPaginator[_T, AsyncPageT]:
        final = final_options(method, path, options, json_data=body)
        return self._request_api_list(model, page, final)

    def _request_api_list(
        self, model: Type[_T], page: Type[AsyncPageT], options: FinalRequestOptions
    ) -> AsyncPaginator[_T, AsyncPageT]:
        from ._paginator import paginate_options

        return paginate_options(self, options, page, model)


def final_options(method: str, url: str, options: Any, **more: Any) -> FinalRequestOptions:
    from ._final_options import FinalRequestOptions

    return FinalRequestOptions.construct(method=method, url=url, **more, **options)


evaluate_lazily(__name__)
