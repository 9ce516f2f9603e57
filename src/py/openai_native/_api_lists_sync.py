"""`client.get_api_list(...)`: pages of endpoints that have no method of their own."""
# ruff: noqa: B006, UP006, UP035 (annotations are spelled as the official ones)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Type, TypeVar

from ._annotations import evaluate_lazily
from ._api_lists import final_options as final_options

if TYPE_CHECKING:
    from ._final_options import FinalRequestOptions
    from ._pagination_sync import BaseSyncPage
    from ._types import Body, RequestOptions

SyncPageT = TypeVar("SyncPageT", bound="BaseSyncPage[Any]")


class ListMethods:
    def get_api_list(
        self,
        path: str,
        *,
        model: Type[object],
        page: Type[SyncPageT],
        body: Body | None = None,
        options: RequestOptions = {},
        method: str = "get",
    ) -> SyncPageT:
        final = final_options(method, path, options, json_data=body)
        return self._request_api_list(model, page, final)

    def _request_api_list(
        self, model: Type[object], page: Type[SyncPageT], options: FinalRequestOptions
    ) -> SyncPageT:
        from ._paginator_sync import paginate_options

        found: SyncPageT = paginate_options(self, options, page, model)
        return found


evaluate_lazily(__name__)
