"""A call of a generated method, as it goes through the inner chain: what its endpoint and values
are as arguments of `client.post` and its like. `links`: the client, or a resource's lane.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ._constants import OVERRIDE_CAST_TO_HEADER
from ._lazy import resolved
from ._types import NoneType, NotGiven, Omit, not_given

if TYPE_CHECKING:
    from ._core import Endpoint

_SECURITY = {"bearer": {"bearer_auth": True}, "admin": {"admin_api_key_auth": True}}
_SIMPLE = (str, int, float, bool, NoneType)


def forks(client: Any) -> bool:
    """Whether calls of this client, or of a resource's lane, take the chain."""
    return bool(client._chained or client._takes_detours())


def call(
    links: Any,
    endpoint: Endpoint,
    values: tuple[Any, ...],
    extra_headers: Mapping[str, Any] | None = None,
    extra_query: Mapping[str, object] | None = None,
    extra_body: object | None = None,
    timeout: Any = not_given,
    *,
    post_parser: Any = not_given,
) -> Any:
    """What the link returns: to be awaited, unless the client is synchronous."""
    path = endpoint.path_for(values)
    facts = endpoint.facts
    stream: dict[str, Any] = {}
    if facts.get("stream_cast_to") is not None:
        event = resolved(facts["stream_cast_to"])
        stream = {"stream": _streams(facts, values), "stream_cls": links._default_stream_cls[event]}
    cast_to = resolved(facts.get("cast_to"))
    headers = _headers(facts, values, extra_headers)
    if headers and not _is_response_class(headers.get(OVERRIDE_CAST_TO_HEADER)):
        # Of our own making (see `_casts`): the official client passes the type itself.
        cast_to = resolved(headers.pop(OVERRIDE_CAST_TO_HEADER))
        headers = headers or None
    body, options = _body_and_options(
        endpoint.method, facts, values, headers, extra_query, extra_body, timeout
    )
    if not isinstance(post_parser, NotGiven):
        options["post_parser"] = post_parser
    link = getattr(links, endpoint.method.lower())
    cast_to = NoneType if cast_to is None else cast_to
    return link(path, cast_to=cast_to, **body, options=options, **stream)


def listing(
    links: Any,
    endpoint: Endpoint,
    values: tuple[Any, ...],
    extra_headers: Mapping[str, Any] | None,
    extra_query: Mapping[str, object] | None,
    extra_body: object | None,
    timeout: Any,
    *,
    page: Any,
    model: Any,
) -> Any:
    """The same for a method that returns pages."""
    path, facts, method = endpoint.path_for(values), endpoint.facts, endpoint.method
    headers = _headers(facts, values, extra_headers)
    body, options = _body_and_options(
        method, facts, values, headers, extra_query, extra_body, timeout
    )
    if method != "GET":
        body["method"] = method.lower()
    model = resolved(model)
    return links.get_api_list(path, page=page[model], model=model, **body, options=options)


def plain(value: Any) -> Any:
    """A value of a body as JSON has it: dictionaries, lists, and what was not omitted."""
    if isinstance(value, _SIMPLE):
        return value
    if isinstance(value, Mapping):
        return {
            key: plain(each)
            for key, each in value.items()
            if not isinstance(each, (Omit, NotGiven))
        }
    if isinstance(value, (list, tuple)) or _is_read_once(value):
        return [plain(each) for each in value]
    import json

    from ._core import dumps

    try:
        return json.loads(dumps(value))
    except (TypeError, ValueError):
        return value  # it fails again, by the name of its place, when the body is written


def _is_read_once(value: Any) -> bool:
    import io

    return isinstance(value, Iterator) and not isinstance(value, io.IOBase)


def _streams(facts: dict[str, Any], values: tuple[Any, ...]) -> Any:
    if facts.get("always_streams"):
        return True
    wanted = (
        value
        for (_, wire, place), value in zip(facts["params"], values, strict=True)
        if wire == "stream" and place != "header"
    )
    return next(wanted, False) or False


def _given(facts: dict[str, Any], values: tuple[Any, ...], place: str) -> dict[str, Any] | None:
    """By wire name; None: the endpoint has no such parameters."""
    rows = [
        (wire, value)
        for (_, wire, where), value in zip(facts.get("params", ()), values, strict=True)
        if where == place
    ]
    if not rows:
        return None
    return {wire: value for wire, value in rows if not isinstance(value, (Omit, NotGiven))}


def _headers(
    facts: dict[str, Any], values: tuple[Any, ...], extra: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    named = _given(facts, values, "header")
    if extra is None and named is None and "headers" not in facts:
        return None
    parameters = {
        name: _header_text(value) for name, value in (named or {}).items() if value is not None
    }
    return {**dict(facts.get("headers", ())), **parameters, **(extra or {})}


def _header_text(value: Any) -> str:
    return ",".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _with_type(headers: dict[str, Any], content_type: str, names_type: bool) -> dict[str, Any]:
    if not names_type:
        return {"Content-Type": content_type, **headers}
    others = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return {**others, "Content-Type": content_type}


def _is_response_class(kind: Any) -> bool:
    if kind is None:
        return True
    from ._response import BaseAPIResponse

    return isinstance(kind, type) and issubclass(kind, BaseAPIResponse)


def _body_and_options(
    method: str,
    facts: dict[str, Any],
    values: tuple[Any, ...],
    headers: dict[str, Any] | None,
    extra_query: Mapping[str, object] | None,
    extra_body: Any,
    timeout: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """`body`, `files` and `content` of the link, and its `options`."""
    from ._request_options import make_request_options

    sent: dict[str, Any] = {}
    given = _given(facts, values, "body")
    if given is not None and method != "GET":
        encoder = facts.get("encoder")
        if encoder is None:
            sent = {"body": plain(given)}
        else:
            sent, content_type, extra_body = encoder.taken_apart(given, extra_body)
            if content_type is not None:
                headers = _with_type(headers or {}, content_type, encoder.names_type)
            if sent.get("body") is not None:
                sent["body"] = plain(sent["body"])
    query = _given(facts, values, "query")
    options: Any = make_request_options(
        query=None if query is None else plain(query),
        extra_headers=headers,
        extra_query=extra_query,
        extra_body=extra_body,
        timeout=timeout,
        security=_SECURITY.get(facts.get("security", "bearer")),  # type: ignore[arg-type]
        synthesize_event_and_data=facts.get("synthesize_event_and_data"),
        stream_mode=facts.get("stream_mode"),
    )
    return sent, options
