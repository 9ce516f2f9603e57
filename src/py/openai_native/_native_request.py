"""The end of the inner chain: a request described by its options, made by the core."""

# Synchronous twin: _native_request_sync.py (derived)

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from . import _settings
from ._constants import OVERRIDE_CAST_TO_HEADER
from ._native import prepared_call
from ._post_parser import keeping_origin
from ._types import NotGiven

if TYPE_CHECKING:
    from ._client import AsyncOpenAI
    from ._core import Endpoint
    from ._final_options import FinalRequestOptions
    from ._streaming import AsyncStream

_FORM = "multipart/form-data"


async def native_request(
    client: AsyncOpenAI,
    cast_to: Any,
    options: FinalRequestOptions,
    *,
    stream: bool = False,
    stream_cls: type[AsyncStream[Any]] | None = None,
) -> Any:
    path, changes = _target(options.url)
    if not isinstance(options.max_retries, NotGiven):
        changes["max_retries"] = _settings.check_max_retries(options.max_retries)
    headers = _headers(client, options)
    encoder, body = await _encoded(options, headers)
    endpoint = ad_hoc_endpoint(
        options.method,
        path,
        _scheme(options.security),
        stream,
        bool(options.synthesize_event_and_data),
        options.stream_mode,
        encoder,
    )
    kind = _event_type(stream_cls, cast_to) if stream else cast_to
    result = await prepared_call(
        client,
        endpoint,
        (),
        {OVERRIDE_CAST_TO_HEADER: kind, **headers},
        options.params or None,
        body,
        options.timeout,
        changes,
    )
    if stream and stream_cls is not None:
        if hasattr(result, "_post_parser"):  # a raw response: it makes streams later
            result._stream_cls = stream_cls
        else:
            result = result._as(stream_cls)
    if not isinstance(options.post_parser, NotGiven):
        result = _post_parsed(result, options.post_parser)
    return result


# What an endpoint would take for a parameter, or for its end.
_NO_PATTERN = {ord(each): f"%{ord(each):02X}" for each in "{}\0"}


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

    return Endpoint(
        method.upper(),
        "/" + url.lstrip("/").translate(_NO_PATTERN),
        cast_to=object,
        stream_cast_to=object if stream else None,
        security=security,
        synthesize_event_and_data=events,
        always_streams=stream,
        stream_mode=stream_mode,
        encoder=encoder,
    )


def _target(url: str) -> tuple[str, dict[str, Any]]:
    """The path, and, of an absolute URL, the settings that lead to its host."""
    start, mark, query = url.partition("?")
    if "://" not in start:
        return url, {}
    address = _settings.parse_base_url(start)
    server = {"tls": address.tls, "host": address.host, "port": address.port, "base_path": ""}
    server["uds"] = address.uds
    return address.path + mark + query, server


def _scheme(security: Mapping[str, Any]) -> str:
    bearer, admin = security.get("bearer_auth"), security.get("admin_api_key_auth")
    if bearer:
        return "either" if admin else "bearer"
    return "admin" if admin else "none"


def _headers(client: AsyncOpenAI, options: FinalRequestOptions) -> dict[str, Any]:
    given = {} if isinstance(options.headers, NotGiven) else dict(options.headers or {})
    name, key = client._idempotency_header, options.idempotency_key
    if name and key and not _settings.has_header(given, name.lower()):
        given[name] = key
    return given


async def _encoded(options: Any, headers: Mapping[str, Any]) -> tuple[Any, Any]:
    """The body and, unless it is to be written as JSON, what makes it."""
    if options.files or _wants_form(headers):
        from ._multipart import GIVEN_FILES, given_files

        files = options.files or []
        given_files(files)
        return GIVEN_FILES, (_body(options), files)
    content = options.content
    if content is None and isinstance(options.json_data, bytes):
        content = options.json_data
    if content is None:
        return None, _body(options)
    from ._content import raw_parts
    from ._multipart import READY_BODY

    return READY_BODY, await raw_parts(content)


def _wants_form(headers: Mapping[str, Any]) -> bool:
    return any(
        name.lower() == "content-type" and str(value).startswith(_FORM)
        for name, value in headers.items()
    )


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
    parse = keeping_origin(parser, lambda whole: getattr(whole, "_request_id", None))
    if hasattr(result, "_post_parser"):  # a raw response: it parses when it is asked to
        result._post_parser = parse
        return result
    return parse(result)
