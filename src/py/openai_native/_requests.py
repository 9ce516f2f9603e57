"""`client.get(...)`, `post`, ...: calls of endpoints that have no method of their own, and the
links of the inner chain that are methods of a client.
"""

# Synchronous twin: _requests_sync.py (derived)

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, cast

from ._client_auth import AsyncClientAuth

if TYPE_CHECKING:
    from ._client import AsyncOpenAI
    from ._final_options import FinalRequestOptions
    from ._paginator import Listing
    from ._streaming import AsyncStream
    from ._types import AsyncBinaryTypes, Body, RequestFiles, RequestOptions


class AsyncAPIClient(AsyncClientAuth, own_links=True):
    async def request(
        self,
        cast_to: Any,
        options: Any,
        *,
        stream: bool = False,
        stream_cls: type[AsyncStream[Any]] | None = None,
    ) -> Any:
        client = cast("AsyncOpenAI", self)
        if client._rewrite_options is not None:
            options = client._rewrite_options(options)
        if options.follow_redirects is not None or client._python_lane_reason() is not None:
            from ._python_lane import python_request

            return await python_request(
                client, cast_to, options, stream=stream, stream_cls=stream_cls
            )
        from ._native_request import native_request

        return await native_request(client, cast_to, options, stream=stream, stream_cls=stream_cls)

    async def get(
        self,
        path: str,
        *,
        cast_to: Any,
        options: RequestOptions = {},  # noqa: B006 (the official signature)
        stream: bool = False,
        stream_cls: type[AsyncStream[Any]] | None = None,
    ) -> Any:
        final = _final("get", path, options)
        return await self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    async def post(
        self,
        path: str,
        *,
        cast_to: Any,
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},  # noqa: B006
        stream: bool = False,
        stream_cls: type[AsyncStream[Any]] | None = None,
    ) -> Any:
        final = await _with_body("post", path, body, content, files, options)
        return await self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    async def patch(
        self,
        path: str,
        *,
        cast_to: Any,
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},  # noqa: B006
    ) -> Any:
        final = await _with_body("patch", path, body, content, files, options)
        return await self.request(cast_to, final)

    async def put(
        self,
        path: str,
        *,
        cast_to: Any,
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},  # noqa: B006
    ) -> Any:
        final = await _with_body("put", path, body, content, files, options)
        return await self.request(cast_to, final)

    async def delete(
        self,
        path: str,
        *,
        cast_to: Any,
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        options: RequestOptions = {},  # noqa: B006
    ) -> Any:
        final = await _with_body("delete", path, body, content, None, options)
        return await self.request(cast_to, final)

    def get_api_list(
        self,
        path: str,
        *,
        model: Any,
        page: Any,
        body: Body | None = None,
        options: RequestOptions = {},  # noqa: B006
        method: str = "get",
    ) -> Listing:
        return self._request_api_list(model, page, _final(method, path, options, json_data=body))

    def _request_api_list(self, model: Any, page: Any, options: FinalRequestOptions) -> Listing:
        from ._paginator import paginate_options

        return paginate_options(cast("AsyncOpenAI", self), options, page, model)


def _final(method: str, url: str, options: Any, **more: Any) -> FinalRequestOptions:
    from ._final_options import FinalRequestOptions

    return FinalRequestOptions.construct(method=method, url=url, **more, **options)


async def _with_body(
    method: str,
    path: str,
    body: Any,
    content: Any,
    files: Any,
    options: RequestOptions,
) -> FinalRequestOptions:
    if body is not None and content is not None:
        raise TypeError("Passing both `body` and `content` is not supported")
    if files is not None and content is not None:
        raise TypeError("Passing both `files` and `content` is not supported")
    if isinstance(body, bytes):
        warnings.warn(
            "Raw bytes as `body` are deprecated: pass them as `content`",
            DeprecationWarning,
            stacklevel=3,
        )
    more = {"json_data": body, "content": content}
    if files is not None or method != "delete":
        from ._files import read_paths

        more["files"] = read_paths(files)
    return _final(method, path, options, **more)
