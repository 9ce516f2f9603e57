"""Options of one request, as `client.post` and its like take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._types import NotGiven, not_given

if TYPE_CHECKING:
    from typing import Literal

    import httpx2

    from ._types import Body, Headers, PostParser, Query, RequestOptions, SecurityOptions


def make_request_options(
    *,
    query: Query | None = None,
    extra_headers: Headers | None = None,
    extra_query: Query | None = None,
    extra_body: Body | None = None,
    idempotency_key: str | None = None,
    timeout: float | httpx2.Timeout | None | NotGiven = not_given,
    post_parser: PostParser | NotGiven = not_given,
    security: SecurityOptions | None = None,
    synthesize_event_and_data: bool | None = None,
    stream_mode: Literal["legacy", "events"] | None = None,
) -> RequestOptions:
    """The options that were given, under the names of `RequestOptions`."""
    params = query if extra_query is None else {**(query or {}), **extra_query}
    given: dict[str, Any] = {
        "headers": extra_headers,
        "extra_json": extra_body,
        "params": params,
        "idempotency_key": idempotency_key,
        "security": security,
        "synthesize_event_and_data": synthesize_event_and_data,
        "stream_mode": stream_mode,
    }
    options: Any = {name: value for name, value in given.items() if value is not None}
    if not isinstance(timeout, NotGiven):
        options["timeout"] = timeout
    if not isinstance(post_parser, NotGiven):
        options["post_parser"] = post_parser
    return options  # type: ignore[no-any-return]
