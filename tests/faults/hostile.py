"""Answers that break the rules as a whole, and what each has to end in."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from sessions import (
    DATA,
    END_HEADERS,
    END_STREAM,
    GOAWAY,
    HEADERS,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    Answer,
    Frame,
    field_block,
)

RIGHT, BROKEN, INVALID = "right", "APIConnectionError", "APIResponseValidationError"
# Ended without an error, with what came before: as the official client has it.
PART = "part"
H1Piece, H2Piece = tuple[str, bytes], tuple[str, Frame]


@dataclass(frozen=True)
class Hostile:
    name: str
    answer: Answer
    expected: tuple[str, ...]
    requests: int = 1  # that arrive, at most


def of_h1(operation: str, good: Answer) -> Iterator[Hostile]:
    pieces = good.h1
    wire = b"".join(piece for _, piece in pieces)
    head, _, body = wire.partition(b"\r\n\r\n")
    chunked = b"chunked" in head

    def whole(name: str, content: bytes, *expected: str, closes: bool = False) -> Hostile:
        return Hostile(name, Answer([("", content)], good.h2, closes), expected)

    yield whole("garbage after the body", wire + b"\r\nHTTP/1.1 2", RIGHT)
    yield whole("bad gzip", _plus(head, b"Content-Encoding: gzip") + body, BROKEN)
    yield whole("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", BROKEN, closes=True)
    yield whole("nothing but a newline", b"\r\n" * 3, BROKEN, closes=True)
    yield whole(
        "two lengths", _plus(head, b"Content-Length: 1", b"Content-Length: 2") + body, BROKEN
    )
    if chunked:
        for size in (b"zz", b"-1", b"0x1", b"f" * 17, b"1 2", b""):
            _, _, rest = body.partition(b"\r\n")
            name = f"chunk size {size[:4].decode()!r}"
            yield whole(name, head + b"\r\n\r\n" + size + b"\r\n" + rest, BROKEN, closes=True)
        longer = b"%x\r\n" % (int(body.partition(b"\r\n")[0], 16) - 1)
        rest = body.partition(b"\r\n")[2]
        yield whole("chunk longer than it says", head + b"\r\n\r\n" + longer + rest, BROKEN)
    else:
        short = head.replace(b"Content-Length: ", b"Content-Length: 0000000000001\r\nX: ", 1)
        ends = "altered" if operation == "download" else INVALID
        yield whole("Content-Length too short", short + b"\r\n\r\n" + body, ends)
        long = head.replace(b"Content-Length: ", b"Content-Length: 9", 1) + b"\r\n\r\n" + body
        yield whole("Content-Length too long", long, BROKEN, closes=True)
        yield from _gzipped(head, body, whole)
    if operation == "unary":
        for name, text in _bad_json(body):
            yield Hostile(name, _as_json(text), (INVALID,))


def _plus(head: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join((head, *lines)) + b"\r\n\r\n"


def _gzipped(head: bytes, body: bytes, whole: Callable[..., Hostile]) -> Iterator[Hostile]:
    packed = gzip.compress(body)
    fields = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]

    def sent(content: bytes) -> bytes:
        length = b"Content-Length: %d" % len(content)
        return _plus(b"\r\n".join(fields), b"Content-Encoding: gzip", length) + content

    yield whole("gzip", sent(packed), RIGHT)
    yield whole("gzip cut short", sent(packed[:-9]), BROKEN)
    flipped = packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:]
    yield whole("gzip with a wrong check sum", sent(flipped), BROKEN)


def _bad_json(body: bytes) -> Iterator[tuple[str, bytes]]:
    yield "JSON cut short", body[:-1]
    yield "JSON and more", body + b"}"
    yield "no JSON", b"<html>"
    yield "no body", b""


def _as_json(text: bytes) -> Answer:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
        text
    )
    block = field_block((":status", "200"), ("content-type", "application/json"))
    frames = [("", Frame(HEADERS, END_HEADERS, block)), ("", Frame(DATA, END_STREAM, text))]
    return Answer([("", head + text)], frames)


def streams(good: Answer) -> Iterator[Hostile]:
    """What an event stream may say, however it is framed."""
    events = [piece for step, piece in good.h1 if step == "event"]

    def said(name: str, content: bytes, *expected: str) -> Hostile:
        return Hostile(name, _as_events(content), expected)

    whole = b"".join(events)
    yield said("no [DONE]", whole, RIGHT)
    yield said("no last blank line", whole[:-1], PART)
    yield said("ends in half an event", whole[:-20], PART)
    yield said("events after [DONE]", whole + b"data: [DONE]\n\ndata: {}\n\n", RIGHT)
    yield said("JSON cut short in an event", events[0] + b'data: {"id"\n\n', INVALID)
    yield said("bad UTF-8 in an event", events[0] + b'data: {"id": "\xff"}\n\n', INVALID)
    yield said("an error object", events[0] + b'data: {"error": {"message": "no"}}\n\n', "APIError")


def _as_events(content: bytes) -> Answer:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    block = field_block((":status", "200"), ("content-type", "text/event-stream"))
    frames = [("", Frame(HEADERS, END_HEADERS, block)), ("", Frame(DATA, END_STREAM, content))]
    return Answer([("", head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content))], frames)


def of_h2(good: Answer, posts: bool, streamed: bool) -> Iterator[Hostile]:
    frames = good.h2
    head, rest = frames[:1], frames[1:]
    resent = 2
    after_data = RIGHT if streamed else BROKEN  # [DONE] came

    def frame(kind: int, flags: int, payload: bytes, stream: int = 1) -> H2Piece:
        return ("", Frame(kind, flags, payload, stream))

    def goaway(last: int, code: int = 0) -> H2Piece:
        return frame(GOAWAY, 0, struct.pack("!II", last, code), 0)

    def reset(code: int) -> H2Piece:
        return frame(RST_STREAM, 0, struct.pack("!I", code))

    def said(name: str, pieces: list[H2Piece], *expected: str, requests: int = 1) -> Hostile:
        return Hostile(name, Answer(good.h1, pieces), expected, requests)

    yield said("DATA on stream 0", [*head, frame(DATA, 0, b"x", 0), *rest], BROKEN)
    yield said("HEADERS on stream 0", [frame(HEADERS, 4, head[0][1].payload, 0)], BROKEN)
    yield said("oversize DATA", [*head, frame(DATA, 0, b"x" * 20_000), *rest], BROKEN)
    yield said("bad HPACK", [frame(HEADERS, END_HEADERS, b"\x80")], BROKEN)
    yield said("HPACK cut short", [frame(HEADERS, END_HEADERS, head[0][1].payload[:-1])], BROKEN)
    yield said("no :status", [frame(HEADERS, 4, field_block(("x-a", "b")))], BROKEN)
    yield said("DATA before HEADERS", rest, BROKEN)
    yield said("trailers that do not end", [*head, *head, *rest], BROKEN)
    yield said("SETTINGS of a wrong size", [frame(SETTINGS, 0, b"abc", 0)], BROKEN)
    yield said("a window of 2^31", [frame(SETTINGS, 0, struct.pack("!HI", 4, 1 << 31), 0)], BROKEN)
    yield said("WINDOW_UPDATE of 0", [frame(WINDOW_UPDATE, 0, b"\0" * 4, 0)], BROKEN)
    yield said("PUSH_PROMISE", [frame(5, 4, b"\0\0\0\2" + head[0][1].payload)], BROKEN)
    yield said("an unknown frame", [frame(99, 0, b"what"), *frames], RIGHT)
    length = field_block((":status", "200"), ("content-length", "3"))
    yield said("another content-length", [frame(HEADERS, 4, length), *rest], BROKEN)
    for code in (0, 1, 2, 8, 11):
        yield said(f"RST_STREAM {code} at once", [reset(code)], BROKEN)
        yield said(f"RST_STREAM {code} after HEADERS", [*head, reset(code)], BROKEN)
        yield said(f"RST_STREAM {code} after DATA", [*frames[:-1], reset(code)], after_data)
    for code in (7, 13):
        yield said(f"RST_STREAM {code} after HEADERS", [*head, reset(code)], BROKEN)
        yield said(f"RST_STREAM {code} after DATA", [*frames[:-1], reset(code)], after_data)
    yield said("RST_STREAM for HTTP/1.1", [reset(13)], RIGHT, BROKEN, requests=2)
    yield said("RST_STREAM refused", [reset(7)], BROKEN, RIGHT, requests=4)
    yield said("RST_STREAM after the end", [*frames, reset(0)], RIGHT)
    yield said("GOAWAY before the request", [goaway(0)], RIGHT, BROKEN, requests=4)
    yield said("GOAWAY, then the answer", [goaway(1), *frames], RIGHT)
    yield said("GOAWAY between DATA", [*frames[:2], goaway(1), *frames[2:]], RIGHT)
    broken = [*frames[:2], goaway(1, 2)]
    closing = Hostile("GOAWAY, then the end", Answer(good.h1, broken, closes=True), (BROKEN,))
    yield closing if posts else replace(closing, requests=resent)
