"""`post_parser` of request options: what helpers make of a parsed answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_Parser = Callable[[Any], Any]


def post_parser_of(options: Any, response: Any) -> _Parser | None:
    parser = getattr(options, "post_parser", None)
    if not callable(parser):
        return None
    return keeping_origin(parser, lambda _: response.headers.get("x-request-id"))


def keeping_origin(parser: _Parser, request_id: Callable[[Any], str | None]) -> _Parser:
    """What the parser makes of a whole answer gets that answer's request ID and timing."""

    def parse(whole: Any) -> Any:
        from ._models import BaseModel, add_request_id, add_timing, timing_record

        parsed = parser(whole)
        if isinstance(parsed, BaseModel):
            add_request_id(parsed, request_id(whole))
            add_timing(parsed, timing_record(whole))
        return parsed

    return parse
