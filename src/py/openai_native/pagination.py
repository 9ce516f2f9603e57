"""Pages of list endpoints."""

# Synchronous twin: _pagination_sync.py (derived)

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Optional, Protocol, TypeVar, runtime_checkable

from pydantic import PrivateAttr

from ._constants import OVERRIDE_CAST_TO_HEADER, RAW_RESPONSE_HEADER
from ._lazy import resolved, sync_names
from ._models import BaseModel
from ._types import NotGiven, not_given

if TYPE_CHECKING:
    import httpx2
    from typing_extensions import Self

    from ._client import AsyncOpenAI
    from ._core import Endpoint
    from ._final_options import FinalRequestOptions
    from ._types import Body, Query

__all__ = [
    "AsyncConversationCursorPage",
    "AsyncCursorPage",
    "AsyncNextCursorPage",
    "AsyncPage",
    "AsyncTokenPage",
    "SyncConversationCursorPage",
    "SyncCursorPage",
    "SyncNextCursorPage",
    "SyncPage",
    "SyncTokenPage",
]

_T = TypeVar("_T")


@runtime_checkable
class CursorPageItem(Protocol):
    id: str | None


class PageInfo:
    """What the next page needs: a whole URL, or more query parameters, or more of the body."""

    def __init__(
        self,
        *,
        url: httpx2.URL | NotGiven = not_given,
        json: Body | NotGiven = not_given,
        params: Query | NotGiven = not_given,
    ) -> None:
        self.url = url
        self.json = json
        self.params = params

    def __repr__(self) -> str:
        for name in ("url", "json"):
            if getattr(self, name):
                return f"{type(self).__name__}({name}={getattr(self, name)})"
        return f"{type(self).__name__}(params={self.params})"


class PageRequest:
    """One call of a list endpoint; each next page is the same call with a little more."""

    __slots__ = ("body", "client", "endpoint", "headers", "query", "timeout", "values")

    def __init__(
        self,
        client: AsyncOpenAI,
        endpoint: Endpoint,
        values: tuple[Any, ...],
        headers: Mapping[str, Any] | None,
        query: Mapping[str, object] | None,
        body: object | None,
        timeout: Any,
    ) -> None:
        self.client = client
        self.endpoint = endpoint
        self.values = values
        self.headers = headers
        self.query = query
        self.body = body
        self.timeout = timeout

    def page_type(self, page: Any, model: Any) -> Any:
        return page[model]

    async def send(self, page: type[Any], model: Any) -> Any:
        headers = {**(self.headers or {}), OVERRIDE_CAST_TO_HEADER: page}
        result = await self.endpoint(
            self.client, self.values, headers, self.query, self.body, self.timeout
        )
        return _attached(result, self, model)

    def following(self, info: PageInfo) -> PageRequest:
        headers = {
            name: value
            for name, value in (self.headers or {}).items()
            if name.lower() != RAW_RESPONSE_HEADER.lower()
        }
        endpoint, values, query, body = self.endpoint, self.values, self.query, self.body
        if not isinstance(info.params, NotGiven):
            query = {**(query or {}), **info.params}
        elif not isinstance(info.url, NotGiven):
            from ._native_request import ad_hoc_endpoint

            endpoint, values = ad_hoc_endpoint("GET", str(info.url)), ()
        elif not isinstance(info.json, NotGiven):
            if not isinstance(info.json, Mapping) or not isinstance(body or {}, Mapping):
                raise TypeError("Pagination is only supported with mappings")
            body = {**(body or {}), **info.json}  # type: ignore[dict-item]
        else:
            raise ValueError("Unexpected PageInfo state")
        return PageRequest(self.client, endpoint, values, headers, query, body, self.timeout)


class OptionsRequest:
    """The same for calls that take the inner chain: `client.request` makes each page."""

    __slots__ = ("client", "options")

    def __init__(self, client: AsyncOpenAI, options: FinalRequestOptions) -> None:
        self.client = client
        self.options = options

    def page_type(self, page: Any, model: Any) -> Any:
        return page[model] if page.__pydantic_generic_metadata__["parameters"] else page

    async def send(self, page: type[Any], model: Any) -> Any:
        options = self.options
        options.post_parser = lambda result: _attached(result, self, model)
        return await self.client.request(page, options)

    def following(self, info: PageInfo) -> OptionsRequest:
        options = self.options.model_copy()
        options._strip_raw_response_header()
        if not isinstance(info.params, NotGiven):
            options.params = {**options.params, **info.params}
        elif not isinstance(info.url, NotGiven):
            options.url, options.params = str(info.url), {**options.params, **info.url.params}
        elif not isinstance(info.json, NotGiven):
            body = options.json_data or {}
            if not isinstance(info.json, Mapping) or not isinstance(body, Mapping):
                raise TypeError("Pagination is only supported with mappings")
            options.json_data = {**body, **info.json}
        else:
            raise ValueError("Unexpected PageInfo state")
        return OptionsRequest(self.client, options)


def _attached(result: Any, request: Any, model: Any) -> Any:
    if isinstance(result, BasePage):
        return result._attach(request, model)
    if hasattr(result, "_post_parser"):  # a raw response: the page is made when it is parsed
        result._post_parser = lambda page: _attached(page, request, model)
    return result


class BasePage(BaseModel, Generic[_T]):
    _request: Any = PrivateAttr()
    _model: Any = PrivateAttr()

    def has_next_page(self) -> bool:
        return bool(self._get_page_items()) and self.next_page_info() is not None

    def next_page_info(self) -> PageInfo | None:
        return None

    def _get_page_items(self) -> Iterable[_T]:
        return []

    def _attach(self, request: Any, model: Any) -> Self:
        if getattr(self, "__pydantic_private__", None) is None:
            object.__setattr__(self, "__pydantic_private__", {})
        self._request = request
        self._model = model
        return self

    def _next_request(self) -> Any:
        info = self.next_page_info()
        if not info:
            raise RuntimeError(
                "There is no next page: ask `.has_next_page()` before `.get_next_page()`."
            )
        return self._request.following(info)


class BaseAsyncPage(BasePage[_T], Generic[_T]):
    async def __aiter__(self) -> AsyncIterator[_T]:  # type: ignore[override, unused-ignore]
        async for page in self.iter_pages():
            for item in page._get_page_items():
                yield item

    async def iter_pages(self) -> AsyncIterator[Self]:
        page = self
        while True:
            yield page
            if not page.has_next_page():
                return
            page = await page.get_next_page()

    async def get_next_page(self) -> Self:
        request = self._next_request()
        page: Self = await request.send(type(self), self._model)
        return page


async def first_page(request: PageRequest | OptionsRequest, page: Any, model: Any) -> Any:
    """`model`: of the page's items, or "module:Name"."""
    model = resolved(model)
    return await request.send(request.page_type(page, model), model)


class _DataPage(BasePage[_T], Generic[_T]):
    data: list[_T]

    def _get_page_items(self) -> list[_T]:
        return self.data or []


class _SinglePage(_DataPage[_T], Generic[_T]):
    """A list that the API gives whole: there is never a next page."""

    object: str


class _MorePage(_DataPage[_T], Generic[_T]):
    has_more: Optional[bool] = None  # noqa: UP045

    def has_next_page(self) -> bool:
        return self.has_more is not False and super().has_next_page()


class _CursorPage(_MorePage[_T], Generic[_T]):
    def next_page_info(self) -> PageInfo | None:
        last = getattr(self.data[-1], "id", None) if self.data else None
        return None if last is None else PageInfo(params={"after": last})


class _LastIdPage(_MorePage[_T], Generic[_T]):
    last_id: Optional[str] = None  # noqa: UP045

    def next_page_info(self) -> PageInfo | None:
        return PageInfo(params={"after": self.last_id}) if self.last_id else None


class _NextPage(_MorePage[_T], Generic[_T]):
    next: Optional[str] = None  # noqa: UP045

    def next_page_info(self) -> PageInfo | None:
        return PageInfo(params={"after": self.next}) if self.next else None


class _TokenPage(_NextPage[_T], Generic[_T]):
    def next_page_info(self) -> PageInfo | None:
        return PageInfo(params={"page": self.next}) if self.next else None


class AsyncPage(_SinglePage[_T], BaseAsyncPage[_T], Generic[_T]): ...


class AsyncCursorPage(_CursorPage[_T], BaseAsyncPage[_T], Generic[_T]): ...


class AsyncConversationCursorPage(_LastIdPage[_T], BaseAsyncPage[_T], Generic[_T]): ...


class AsyncNextCursorPage(_NextPage[_T], BaseAsyncPage[_T], Generic[_T]): ...


class AsyncTokenPage(_TokenPage[_T], BaseAsyncPage[_T], Generic[_T]): ...


if TYPE_CHECKING:
    from ._pagination_sync import BaseSyncPage as BaseSyncPage
    from ._pagination_sync import SyncConversationCursorPage as SyncConversationCursorPage
    from ._pagination_sync import SyncCursorPage as SyncCursorPage
    from ._pagination_sync import SyncNextCursorPage as SyncNextCursorPage
    from ._pagination_sync import SyncPage as SyncPage
    from ._pagination_sync import SyncTokenPage as SyncTokenPage
else:
    __getattr__ = sync_names(__name__, "openai_native._pagination_sync")
