"""The links between a call's options and its answer, as methods that subclasses of the client may
override, under the official names. The native core does all this by itself; whose client overrides
one of them has its calls made by `_python_lane`, which goes through every one.
"""

# Synchronous twin: _request_hooks_sync.py (derived)

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._constants import OVERRIDE_CAST_TO_HEADER, RAW_RESPONSE_HEADER
from ._links import Linked
from ._types import NotGiven, Omit

if TYPE_CHECKING:
    import httpx2

    from ._exceptions import APIStatusError
    from ._qs import Querystring
    from ._types import SecurityOptions


class BaseRequestHooks(metaclass=Linked, own_links=True):
    """What both faces share."""

    if TYPE_CHECKING:
        max_retries: int
        timeout: Any
        _client: Any
        _idempotency_header: str | None

        @property
        def default_query(self) -> dict[str, object]: ...
        @property
        def _admin_api_key_auth(self) -> dict[str, str]: ...
        @property
        def base_url(self) -> httpx2.URL: ...
        @property
        def default_headers(self) -> dict[str, str | Omit]: ...
        @property
        def qs(self) -> Querystring: ...
        def _auth_headers(self, security: SecurityOptions) -> dict[str, str]: ...
        def _validate_headers(
            self, headers: Mapping[str, Any], custom_headers: Mapping[str, Any]
        ) -> None: ...

    def _auth_query(self, security: SecurityOptions) -> dict[str, str]:
        return {}

    def _build_headers(self, options: Any, *, retries_taken: int = 0) -> httpx2.Headers:
        from ._request_builder import build_headers

        return build_headers(self, options, retries_taken)

    def _build_request(self, options: Any, *, retries_taken: int = 0) -> httpx2.Request:
        from ._request_builder import build_request

        request: httpx2.Request = build_request(self, options, retries_taken)
        return request

    def _serialize_multipartform(self, data: Mapping[Any, object]) -> dict[str, object]:
        from ._request_builder import form_fields

        return form_fields(self, data)

    def _prepare_url(self, url: str) -> httpx2.URL:
        import httpx2

        given, base = httpx2.URL(url), self.base_url
        if not given.is_relative_url:
            return given
        return base.copy_with(raw_path=base.raw_path + given.raw_path.lstrip(b"/"))

    def _maybe_override_cast_to(self, cast_to: Any, options: Any) -> Any:
        if isinstance(options.headers, NotGiven) or OVERRIDE_CAST_TO_HEADER not in options.headers:
            return cast_to
        headers = dict(options.headers)
        cast_to = headers.pop(OVERRIDE_CAST_TO_HEADER)
        options.headers = headers
        return cast_to

    def _should_stream_response_body(self, request: httpx2.Request) -> bool:
        return bool(request.headers.get(RAW_RESPONSE_HEADER) == "stream")

    def _idempotency_key(self) -> str:
        import uuid

        return f"stainless-python-retry-{uuid.uuid4()}"

    def _parse_retry_after_header(self, response_headers: Any = None) -> float | None:
        from ._retry_rules import retry_after

        return retry_after(response_headers)

    def _should_retry(self, response: httpx2.Response) -> bool:
        from ._retry_rules import should_retry

        return should_retry(response.status_code, response.headers)

    def _calculate_retry_timeout(
        self, remaining_retries: int, options: Any, response_headers: Any = None
    ) -> float:
        from ._retry_rules import pause_before

        given = options.max_retries
        max_retries = self.max_retries if isinstance(given, NotGiven) else given
        return pause_before(max_retries - remaining_retries, response_headers)

    def _make_status_error_from_response(self, response: httpx2.Response) -> APIStatusError:
        from ._exceptions import status_error_details

        unread = response.is_closed and not response.is_stream_consumed
        message, body = status_error_details(
            response.status_code, None if unread else response.text.strip()
        )
        return self._make_status_error(message, body=body, response=response)

    def _make_status_error(
        self, err_msg: str, *, body: object, response: httpx2.Response
    ) -> APIStatusError:
        from ._exceptions import status_error_class

        details = body.get("error", body) if isinstance(body, Mapping) else body
        return status_error_class(response.status_code)(err_msg, response=response, body=details)


class AsyncRequestHooks(BaseRequestHooks, own_links=True):
    async def _prepare_request(self, request: httpx2.Request) -> None:
        """Called before each attempt, with the request that is about to be sent."""

    async def _send_request(
        self, request: httpx2.Request, *, stream: bool, **kwargs: Any
    ) -> httpx2.Response:
        response: httpx2.Response = await self._client.send(request, stream=stream, **kwargs)
        return response

    async def _process_response(
        self,
        *,
        cast_to: Any,
        options: Any,
        response: httpx2.Response,
        stream: bool,
        stream_cls: Any,
        retries_taken: int = 0,
    ) -> Any:
        from ._given_response import process_response

        return await process_response(
            self, cast_to, options, response, stream, stream_cls, retries_taken
        )
