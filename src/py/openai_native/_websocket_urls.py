"""URLs of WebSockets: the client's default query below the call's own. Imports httpx2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2

from ._qs import Querystring
from ._types import Omit


def normalized(url: str | httpx2.URL) -> httpx2.URL:
    return url if isinstance(url, httpx2.URL) else httpx2.URL(str(url))


def with_segment(url: httpx2.URL, segment: bytes) -> httpx2.URL:
    path, mark, query = url.raw_path.partition(b"?")
    return url.copy_with(raw_path=path.rstrip(b"/") + segment + mark + query)


def with_extra(query: Mapping[str, Any], extra: Mapping[str, Any]) -> Mapping[str, Any]:
    """`extra` counts more; names that `httpx2.QueryParams` repeat stay repeated."""
    if isinstance(extra, httpx2.QueryParams):
        return httpx2.QueryParams(query).merge(extra)
    return {**query, **extra}


def query_params(
    client: Any, url: httpx2.URL, extra_query: Mapping[str, Any]
) -> httpx2.QueryParams:
    """What `extra_query` names replaces defaults of that name, nested ones included."""
    defaults = {k: v for k, v in client.default_query.items() if k not in extra_query}
    below = httpx2.QueryParams(client.qs.stringify(_given(defaults))).merge(url.params)
    below = httpx2.QueryParams([pair for pair in below.multi_items() if pair[0] not in extra_query])
    if isinstance(extra_query, httpx2.QueryParams):
        return below.merge(extra_query)
    # None is an empty value here, and lists repeat the name: REST has it otherwise.
    values = {name: _blank(value) for name, value in _given(extra_query).items()}
    return below.merge(Querystring().stringify(values))


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if not isinstance(value, Omit)}


def _blank(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return ["" if item is None else item for item in value]
    return "" if value is None else value
