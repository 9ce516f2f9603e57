"""The good answers of the matrix's operations, cut into the steps that its table names."""

from __future__ import annotations

import json
from typing import Any

from sessions import DATA, END_HEADERS, END_STREAM, HEADERS, Answer, Frame, field_block

REASON = "OK"


def json_answer(body: Any, *, chunked: bool = False) -> Answer:
    return answer(json.dumps(body).encode(), "application/json", chunked=chunked)


def answer(
    body: bytes, content_type: str, *, chunked: bool = False, fields: dict[str, str] | None = None
) -> Answer:
    """A body in two pieces, so that there is a step between them."""
    half = len(body) // 2
    pieces = [body[:half], body[half:]]
    return Answer(
        _h1(pieces, content_type, chunked, fields or {}, ["body"] * 2),
        _h2(pieces, content_type, fields or {}, ["body"] * 2),
    )


def event_answer(
    events: list[Any], *, done: bool = True, fields: dict[str, str] | None = None
) -> Answer:
    """A stream: a chunk, or a DATA frame, an event."""
    texts = [json.dumps(each) for each in events] + ["[DONE]"] * done
    pieces = [f"data: {text}\n\n".encode() for text in texts]
    steps = ["event"] * len(events) + ["[DONE]"] * done
    kind = "text/event-stream"
    return Answer(
        _h1(pieces, kind, True, fields or {}, steps), _h2(pieces, kind, fields or {}, steps)
    )


def _h1(
    pieces: list[bytes], kind: str, chunked: bool, fields: dict[str, str], steps: list[str]
) -> list[tuple[str, bytes]]:
    length = f"Content-Length: {sum(map(len, pieces))}"
    lines = [f"Content-Type: {kind}", "Transfer-Encoding: chunked" if chunked else length]
    lines += [f"{name}: {value}" for name, value in {"x-request-id": "r", **fields}.items()]
    found = [("status line", f"HTTP/1.1 200 {REASON}\r\n".encode())]
    found += [("header field", f"{line}\r\n".encode()) for line in lines]
    found.append(("end of head", b"\r\n"))
    for step, piece in zip(steps, pieces, strict=True):
        if chunked:
            found.append(("chunk size", f"{len(piece):x}\r\n".encode()))
        found.append((step, piece))
        if chunked:
            found.append(("end of chunk", b"\r\n"))
    if chunked:
        found.append(("last chunk", b"0\r\n\r\n"))
    return found


def _h2(
    pieces: list[bytes], kind: str, fields: dict[str, str], steps: list[str]
) -> list[tuple[str, Frame]]:
    block = field_block(
        (":status", "200"), ("content-type", kind), ("x-request-id", "r"), *fields.items()
    )
    found = [("HEADERS", Frame(HEADERS, END_HEADERS, block))]
    for step, piece in zip(steps, pieces, strict=True):
        found.append((f"DATA {step}", Frame(DATA, 0, piece)))
    trailers = field_block(("x-checksum", "1"))
    found.append(("trailers", Frame(HEADERS, END_HEADERS | END_STREAM, trailers)))
    return found


def socket_answers(first: Any, second: Any) -> list[Answer]:
    """The handshake with a message behind it; another message with the closing frame."""
    head = [
        ("status line", b"HTTP/1.1 101 Switching Protocols\r\n"),
        ("header field", b"Upgrade: websocket\r\nConnection: Upgrade\r\n"),
        ("accept key", b"Sec-WebSocket-Accept: " + b"-" * 28 + b"\r\n"),
        ("end of head", b"\r\n"),
    ]
    closing = (1000).to_bytes(2, "big") + b"bye"
    return [
        Answer([*head, *_frame("message", 1, json.dumps(first).encode())]),
        Answer(
            [
                *_frame("message", 1, json.dumps(second).encode()),
                *_frame("close frame", 8, closing),
            ],
            closes=True,
        ),
    ]


def _frame(step: str, opcode: int, payload: bytes) -> list[tuple[str, bytes]]:
    size = (
        bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
    )
    return [(f"{step} head", bytes([0x80 | opcode]) + size), (step, payload)]
