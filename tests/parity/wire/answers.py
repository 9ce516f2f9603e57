"""What the server says to a call: an answer of the type that the official method declares."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from random import Random
from typing import Any

import openai
import typing_extensions as te
from openai._legacy_response import HttpxBinaryResponseContent
from openai._models import BaseModel
from openai.types import FileObject

from methods import Method
from payloads.from_types import Maker
from scripted import Request, answer, events

HEADERS = {"x-request-id": "req_1", "openai-poll-after-ms": "1"}
STREAMS = (openai.Stream, openai.AsyncStream)
# What ends a polling helper's wait.
SETTLED = {
    "status": "completed",
    "file_counts": {"in_progress": 0, "completed": 1, "failed": 0, "cancelled": 0, "total": 1},
}

Answer = Callable[[Request], bytes]


def answers_to(method: Method, stream: bool) -> Answer:
    """Equal for both packages: it depends on nothing but the method."""
    maker = Maker(Random(method.place), full=True, depth=2)
    members = _members(method.returns)
    if stream or all(te.get_origin(m) in STREAMS for m in members):
        event = next(te.get_args(m)[0] for m in members if te.get_origin(m) in STREAMS)
        texts = [json.dumps(maker.value(event)) for _ in range(2)]
        return lambda _: events(*texts)
    page = next((p for m in members if (p := _page(m)) is not None), None)
    if page is not None:
        return _pages(maker, page)
    result = next(m for m in members if te.get_origin(m) not in STREAMS)
    reply = _one(maker, result, method.polls)
    return lambda _: reply


def _members(annotation: Any) -> list[Any]:
    if isinstance(annotation, te.TypeAliasType):
        return _members(annotation.__value__)
    if te.get_origin(annotation) is te.Annotated:
        return _members(te.get_args(annotation)[0])
    is_union = te.get_origin(annotation) is te.Union or type(annotation).__name__ == "UnionType"
    return list(te.get_args(annotation)) if is_union else [annotation]


def _page(annotation: Any) -> Any:
    for each in (annotation, *te.get_args(annotation)):
        if inspect.isclass(each) and hasattr(each, "next_page_info"):
            return each
    return None


def _pages(maker: Maker, page: Any) -> Answer:
    """Two pages of two items; the first says that there is more."""
    item = next(f.annotation for n, f in page.model_fields.items() if n == "data")
    (item,) = te.get_args(item)

    def one(request: Request) -> bytes:
        last = any(name in ("after", "page", "next") for name, _ in request.query)
        body = {"object": "list", "has_more": not last, "next": None if last else "n"}
        body["data"] = items[2:] if last else items[:2]
        body["last_id"] = None if last else "id1"
        return answer(200, body, headers=HEADERS)

    items = [maker.value(item) for _ in range(4)]
    for number, each in enumerate(items):
        if isinstance(each, dict):
            each["id"] = f"id{number}"
    return one


def _one(maker: Maker, result: Any, settled: bool) -> bytes:
    helper = getattr(result, "__module__", "").startswith("openai.lib.")
    if result is None or result is type(None) or helper:
        return answer(200, {}, headers=HEADERS)
    if result is HttpxBinaryResponseContent:
        content = bytes(range(256))
        return answer(200, content, headers=HEADERS, content_type="application/octet-stream")
    if result is str:
        return answer(200, b"just text", headers=HEADERS, content_type="text/plain")
    value = maker.value(result)
    if settled and inspect.isclass(result) and issubclass(result, BaseModel):
        value |= {n: v for n, v in SETTLED.items() if n in result.model_fields}
        if result is FileObject:
            value["status"] = "processed"
    return answer(200, value, headers=HEADERS)
