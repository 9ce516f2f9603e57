"""Embeddings travel as base64, which is far shorter than decimals, unless a format is asked for."""

# Synchronous twin: _embeddings_sync.py (derived)

from __future__ import annotations

import array
import base64
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._chain import call, forks
from .._types import NotGiven, Omit

if TYPE_CHECKING:
    from .._core import Endpoint


async def create(
    endpoint: Endpoint,
    client: Any,
    values: dict[str, object],
    extra_headers: Mapping[str, Any] | None,
    extra_query: Mapping[str, object] | None,
    extra_body: object | None,
    timeout: Any,
) -> Any:
    chosen = not isinstance(values["encoding_format"], (Omit, NotGiven))
    if not chosen:
        values["encoding_format"] = "base64"
    if forks(client):
        return await call(
            client,
            endpoint,
            tuple(values.values()),
            extra_headers,
            extra_query,
            extra_body,
            timeout,
            post_parser=_as_it_came if chosen else decode,
        )
    result = await endpoint(
        client, tuple(values.values()), extra_headers, extra_query, extra_body, timeout
    )
    if chosen:
        return result
    if hasattr(result, "_post_parser"):  # a raw response: decoded when it is parsed
        result._post_parser = decode
        return result
    return decode(result)


def _as_it_came(response: Any) -> Any:
    return response


def decode(response: Any) -> Any:
    """Turns base64 text in the response into lists of floats, in place."""
    if not getattr(response, "data", None):
        raise ValueError("The response holds no embeddings")
    for item in response.data:
        if isinstance(item.embedding, str):
            item.embedding = _floats(base64.b64decode(item.embedding))
    return response


def _floats(content: bytes) -> list[float]:
    floats = array.array("f", content)
    if sys.byteorder == "big":  # the wire is little-endian
        floats.byteswap()
    return floats.tolist()
