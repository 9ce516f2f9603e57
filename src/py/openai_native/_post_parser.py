"""`post_parser` of request options: what helpers make of a parsed answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def post_parser_of(options: Any, response: Any) -> Callable[[Any], Any] | None:
    parser = getattr(options, "post_parser", None)
    if not callable(parser):
        return None

    def parse(whole: Any) -> Any:
        from ._models import BaseModel, add_request_id, add_timing, timing_record

        parsed = parser(whole)
        if isinstance(parsed, BaseModel):
            add_request_id(parsed, response.headers.get("x-request-id"))
            add_timing(parsed, timing_record(whole))
        return parsed

    return parse
