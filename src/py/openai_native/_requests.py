"""`client.get(...)`, `post`, ...: calls of endpoints that have no method of their own."""

# Synchronous twin: _requests_sync.py (derived)

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ._constants import OVERRIDE_CAST_TO_HEADER
from ._multipart import GivenFiles, ReadyBody, given_files
from ._types import NotGiven, not_given

if TYPE_CHECKING:
    from ._client import AsyncOpenAI
    from ._core import Endpoint
    from ._paginator import Listing
    from ._streaming import AsyncStream
    from ._types import AsyncBinaryTypes, Body, RequestFiles, RequestOptions


class FinalRequestOptions:
    """What `client.request` takes. `construct` as in the official package, where it is a model."""

    def __init__(self, *, method: str, url: str, **options: Any) -> None:
        self.method = method
        self.url = url
        self.params: Mapping[str, object] = options.pop("params", {})
        self.headers: Any = options.pop("headers", not_given)
        self.max_retries: Any = options.pop("max_retries", not_given)
        self.timeout: Any = options.pop("timeout", not_given)
        self.security: Mapping[str, bool] = options.pop(
            "security", {"bearer_auth": True, "admin_api_key_auth": True}
        )
        self.synthesize_event_and_data: bool = bool(options.pop("synthesize_event_and_data", False))
        self.json_data: Any = options.pop("json_data", None)
        self.extra_json: Any = options.pop("extra_json", None)
        self.content: Any = options.pop("content", None)
        self.files: Any = options.pop("files", None)
        self.stream_mode: str = options.pop("stream_mode", None) or "legacy"
        self.post_parser: Any = options.pop("post_parser", not_given)
        for name, value in options.items():
            if name not in _LATER_OPTIONS:
                raise TypeError(f"unexpected request option {name!r}")
            if value is not None:
                raise NotImplementedError(f"the request option {name!r} is not supported yet")

    @classmethod
    def construct(cls, **values: Any) -> FinalRequestOptions:
        return cls(**values)


_LATER_OPTIONS = ("follow_redirects", "idempotency_key")
_FILES, _CONTENT = GivenFiles(), ReadyBody()


@functools.lru_cache(maxsize=128)
def ad_hoc_endpoint(
    method: str,
    url: str,
    security: str = "bearer",
    stream: bool = False,
    events: bool = False,
    stream_mode: str = "legacy",
    encoder: Any = None,
) -> Endpoint:
    from ._core import Endpoint

    if "://" in url:
        raise NotImplementedError("an absolute URL as the path is not supported yet: use base_url")
    return Endpoint(
        method.upper(),
        "/" + url.lstrip("/").replace("{", "%7B").replace("}", "%7D"),
        cast_to=object,
        stream_cast_to=object if stream else None,
        security=security,
        synthesize_event_and_data=events,
        always_streams=stream,
        stream_mode=stream_mode,
        encoder=encoder,
    )


class RequestMethods:
    async def request(
        self,
        cast_to: Any,
        options: Any,
        *,
        stream: bool = False,
        stream_cls: type[AsyncStream[Any]] | None = None,
    ) -> Any:
        client = cast("AsyncOpenAI", self)
        if not isinstance(options.max_retries, NotGiven):
            client = client.with_options(max_retries=options.max_retries)
        if stream:
            cast_to = _event_type(stream_cls, cast_to)
        has_key = client.api_key or client._api_key_provider or not client.admin_api_key
        wants_bearer = options.security.get("bearer_auth") and (
            has_key or not options.security.get("admin_api_key_auth")
        )
        encoder, body = await _encoded(options)
        endpoint = ad_hoc_endpoint(
            options.method,
            options.url,
            "bearer" if wants_bearer else "admin",
            stream,
            bool(options.synthesize_event_and_data),
            options.stream_mode,
            encoder,
        )
        given = {} if isinstance(options.headers, NotGiven) else options.headers
        result = await endpoint(
            client,
            (),
            {**(given or {}), OVERRIDE_CAST_TO_HEADER: cast_to},
            options.params or None,
            body,
            options.timeout,
        )
        if stream and stream_cls is not None:
            if hasattr(result, "_post_parser"):  # a raw response: it makes streams later
                result._stream_cls = stream_cls
            else:
                result = result._as(stream_cls)
        if not isinstance(options.post_parser, NotGiven):
            result = _post_parsed(result, options.post_parser)
        return result

    async def get(
        self,
        path: str,
        *,
        cast_to: Any,
        options: RequestOptions = {},  # noqa: B006 (the official signature)
        stream: bool = False,
        stream_cls: type[AsyncStream[Any]] | None = None,
    ) -> Any:
        final = FinalRequestOptions(method="get", url=path, **options)
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
        final = _with_body("post", path, body, content, files, options)
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
        final = _with_body("patch", path, body, content, files, options)
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
        final = _with_body("put", path, body, content, files, options)
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
        final = _with_body("delete", path, body, content, None, options)
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
        from ._paginator import paginate

        final = FinalRequestOptions(method=method, url=path, json_data=body, **options)
        headers = None if isinstance(final.headers, NotGiven) else final.headers
        return paginate(
            cast("AsyncOpenAI", self),
            ad_hoc_endpoint(method, path),
            (),
            headers,
            final.params or None,
            _body(final),
            final.timeout,
            page=page,
            model=model,
        )


def _with_body(
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
    return FinalRequestOptions(
        method=method, url=path, json_data=body, content=content, files=files, **options
    )


async def _encoded(options: Any) -> tuple[Any, Any]:
    """The body and, unless it is to be written as JSON, what makes it."""
    if options.files is not None:
        given_files(options.files)
        return _FILES, (_body(options), options.files)
    content = options.content
    if content is None and isinstance(options.json_data, bytes):
        content = options.json_data
    if content is None:
        return None, _body(options)
    from ._content import raw_parts

    return _CONTENT, await raw_parts(content)


def _body(options: Any) -> Any:
    if options.extra_json is None:
        return options.json_data
    if options.json_data is None:
        return options.extra_json
    if not isinstance(options.json_data, Mapping):
        raise TypeError("`extra_body` can only be merged into a body that is a mapping")
    return {**options.json_data, **options.extra_json}


def _event_type(stream_cls: Any, cast_to: Any) -> Any:
    if stream_cls is None:
        return cast_to
    from ._streaming import extract_stream_chunk_type

    return extract_stream_chunk_type(stream_cls)


def _post_parsed(result: Any, parser: Callable[[Any], Any]) -> Any:
    from ._models import BaseModel, add_request_id

    def parse(whole: Any) -> Any:
        parsed = parser(whole)
        if isinstance(parsed, BaseModel):
            add_request_id(parsed, getattr(whole, "_request_id", None))
        return parsed

    if hasattr(result, "_post_parser"):  # a raw response: it parses when it is asked to
        result._post_parser = parse
        return result
    return parse(result)
