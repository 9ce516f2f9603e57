"""`client.get(...)`, `post`, ...: calls of endpoints that have no method of their own, and the
links of the inner chain that are methods of a client.
"""

# Synchronous twin: _requests_sync.py (derived)
# ruff: noqa: B006, UP006, UP035 (annotations are spelled as the official ones)

from __future__ import annotations

import warnings
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Dict, Literal, Type, TypeVar, cast, overload

from ._annotations import evaluate_lazily
from ._api_lists import AsyncListMethods, final_options
from ._base import BaseClient
from ._carrier import carrier_of
from ._client_auth import AsyncClientAuth
from ._types import ResponseT

if TYPE_CHECKING:
    from ._client import AsyncOpenAI
    from ._core import Endpoint
    from ._final_options import FinalRequestOptions
    from ._streaming import AsyncStream
    from ._types import AsyncBinaryTypes, Body, RequestFiles, RequestOptions

_AsyncStreamT = TypeVar("_AsyncStreamT", bound="AsyncStream[Any]")


class AsyncAPIClient(BaseClient[Any, Any], AsyncListMethods, AsyncClientAuth, own_links=True):
    @property
    def _default_stream_cls(self) -> type[AsyncStream[Any]]:
        from ._streaming import AsyncStream

        return AsyncStream

    def _prepare_call(self, endpoint: Endpoint, args: tuple[Any, ...]) -> Awaitable[Any]:
        from ._chain import call, forks
        from ._native import prepared_call

        client = cast("AsyncOpenAI", self)
        if forks(client):
            answer: Awaitable[Any] = call(client, endpoint, *args)
            return answer
        if client._carrier != carrier_of(client._client):  # somebody has changed it
            object.__setattr__(self, "_native", None)
            object.__setattr__(self, "_prepared", None)
        return prepared_call(client, endpoint, *args)

    def platform_headers(self) -> Dict[str, str]:
        from ._platform import platform_headers

        return dict(platform_headers(cast("AsyncOpenAI", self)._version))

    @overload
    async def request(
        self,
        cast_to: Type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[False] = False,
    ) -> ResponseT: ...

    @overload
    async def request(
        self,
        cast_to: Type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: Literal[True],
        stream_cls: type[_AsyncStreamT],
    ) -> _AsyncStreamT: ...

    @overload
    async def request(
        self,
        cast_to: Type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT: ...

    async def request(
        self,
        cast_to: Type[ResponseT],
        options: FinalRequestOptions,
        *,
        stream: bool = False,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT:
        client = cast("AsyncOpenAI", self)
        if client._rewrite_options is not None:
            options = client._rewrite_options(options)
        if options.follow_redirects is not None or client._python_lane_reason() is not None:
            from ._python_lane import python_request as make
        else:
            from ._native_request import native_request as make
        result: ResponseT | _AsyncStreamT = await make(
            client, cast_to, options, stream=stream, stream_cls=stream_cls
        )
        return result

    @overload
    async def get(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[False] = False,
    ) -> ResponseT: ...

    @overload
    async def get(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        options: RequestOptions = {},
        stream: Literal[True],
        stream_cls: type[_AsyncStreamT],
    ) -> _AsyncStreamT: ...

    @overload
    async def get(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        options: RequestOptions = {},
        stream: bool,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT: ...

    async def get(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        options: RequestOptions = {},
        stream: bool = False,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT:
        final = final_options("get", path, options)
        return await self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    @overload
    async def post(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
        stream: Literal[False] = False,
    ) -> ResponseT: ...

    @overload
    async def post(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
        stream: Literal[True],
        stream_cls: type[_AsyncStreamT],
    ) -> _AsyncStreamT: ...

    @overload
    async def post(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
        stream: bool,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT: ...

    async def post(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
        stream: bool = False,
        stream_cls: type[_AsyncStreamT] | None = None,
    ) -> ResponseT | _AsyncStreamT:
        final = await _with_body("post", path, body, content, files, options)
        return await self.request(cast_to, final, stream=stream, stream_cls=stream_cls)

    async def patch(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        final = await _with_body("patch", path, body, content, files, options)
        return await self.request(cast_to, final)

    async def put(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        files: RequestFiles | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        final = await _with_body("put", path, body, content, files, options)
        return await self.request(cast_to, final)

    async def delete(
        self,
        path: str,
        *,
        cast_to: Type[ResponseT],
        body: Body | None = None,
        content: AsyncBinaryTypes | None = None,
        options: RequestOptions = {},
    ) -> ResponseT:
        final = await _with_body("delete", path, body, content, None, options)
        return await self.request(cast_to, final)


async def _with_body(
    method: str, path: str, body: Any, content: Any, files: Any, options: RequestOptions
) -> FinalRequestOptions:
    if body is not None and content is not None:
        raise TypeError("Passing both `body` and `content` is not supported")
    if files is not None and content is not None:
        raise TypeError("Passing both `files` and `content` is not supported")
    if isinstance(body, bytes):
        warnings.warn(
            # Programs filter on the official text.
            "Passing raw bytes as `body` is deprecated and will be removed in a future version. "
            "Please pass raw bytes via the `content` parameter instead.",
            DeprecationWarning,
            stacklevel=3,
        )
    more = {"json_data": body, "content": content}
    if files is not None or method != "delete":
        from ._files import to_httpx_files

        more["files"] = to_httpx_files(files)
    return final_options(method, path, options, **more)


evaluate_lazily(__name__)
