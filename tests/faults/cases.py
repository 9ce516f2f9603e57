"""The matrix: which faults at which steps of which operations, and what each has to end in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from answers import answer, event_answer, json_answer, socket_answers
from hostile import of_h1, of_h2, streams
from peer import Fault
from sessions import H2_ACK, H2_OPENING, Answer

PROTOCOLS = ("h1", "h1+tls", "h2", "h2+tls")
STATES = ("fresh", "kept")

RIGHT = "right"
BROKEN = "APIConnectionError"
# What a flipped bit may also come to. A wrong result is never among them.
REFUSED = ("APIStatusError", "APIResponseValidationError", "APITimeoutError", "APIError")
CLOSED = ("ConnectionClosedError",)
NO_JSON = ("JSONDecodeError", "UnicodeDecodeError")  # of a message, as officially
NO_SOCKET = ("InvalidMessage", "InvalidStatus", "InvalidHandshake", "ConnectionError", "OSError")


@dataclass(frozen=True)
class Operation:
    name: str
    answers: list[Answer]
    posts: bool
    protocols: tuple[str, ...] = PROTOCOLS
    done: str | None = None  # the step whose end is the end of the result


@dataclass(frozen=True)
class Case:
    operation: str
    protocol: str
    state: str
    step: str
    fault: Fault
    expected: tuple[str, ...]
    most_requests: int
    least_requests: int = 0
    instead: Answer | None = None  # of the good answer
    again: bool = False  # its request is sent twice
    items: int = 0  # events that came before the fault: none of them is lost


def _chunk(text: str) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return {
        "id": "c",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [choice],
    }


def _job(number: int) -> dict[str, Any]:
    return {
        "id": f"job-{number}",
        "object": "fine_tuning.job",
        "created_at": number,
        "model": "m",
        "status": "running",
        "organization_id": "o",
        "result_files": [],
        "seed": 1,
        "training_file": "f",
        "hyperparameters": {"n_epochs": 1},
    }


def _page(first: int, more: bool) -> dict[str, Any]:
    return {"object": "list", "data": [_job(first), _job(first + 1)], "has_more": more}


_COMPLETION = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "héllo"}}
    ],
}
_FILE = {
    "id": "file-1",
    "object": "file",
    "bytes": 5,
    "created_at": 1,
    "filename": "f",
    "purpose": "user_data",
    "status": "processed",
}
_CREATED = {"type": "session.created", "event_id": "e1", "session": {"type": "realtime"}}
_UPDATED = {"type": "session.updated", "event_id": "e2", "session": {"type": "realtime"}}

OPERATIONS = {
    each.name: each
    for each in (
        Operation("unary", [json_answer(_COMPLETION)], True),
        Operation(
            "stream", [event_answer([_chunk(t) for t in ("a", "é", "c")])], True, done="[DONE]"
        ),
        Operation("upload", [json_answer(_FILE)], True),
        Operation("download", [answer(bytes(range(256)), "application/octet-stream")], False),
        Operation(
            "pages",
            [json_answer(_page(1, True), chunked=True), json_answer(_page(3, False), chunked=True)],
            False,
        ),
        Operation("socket", socket_answers(_CREATED, _UPDATED), True, ("h1", "h1+tls")),
    )
}


@dataclass(frozen=True)
class Size:
    """How thin the bytes are: of each step its first, its last and every n-th between."""

    every: int  # for faults that are over at once
    waits: int  # for those that wait for a clock
    flips: int

    def offsets(self, length: int, every: int) -> list[int]:
        if every == 0:
            return [length // 2]  # one of each step
        return sorted({*range(0, length, every), min(1, length - 1), length - 1})


FULL = Size(every=1, waits=8, flips=1)
SMALL = Size(every=0, waits=0, flips=0)


def cases(operation: Operation, protocol: str, state: str, size: Size) -> Iterator[Case]:
    if state == "fresh":
        yield from _before(operation, protocol, size)
    elif operation.name == "socket":
        return
    for number, each in enumerate(operation.answers):
        yield from _during_request(operation, protocol, state, number, size)
        yield from _during_answer(operation, protocol, state, number, each, size)
    if protocol.endswith("tls"):
        yield from _record_cases(operation, protocol, state)
    if operation.name != "socket":
        yield from _hostile_cases(operation, protocol, state)


def _ending(operation: Operation, action: str, clock: str) -> tuple[str, ...]:
    """Of an exchange that got no answer."""
    if operation.name == "socket":
        return ("TimeoutError",) if action == "stall" else NO_SOCKET
    if action != "stall":
        return (BROKEN,)
    # A peer that does not introduce itself allows 64 KiB.
    more = ("APITimeoutError write",) if operation.name == "upload" and clock == "read" else ()
    return (f"APITimeoutError {clock}", *more)


def _before(operation: Operation, protocol: str, size: Size) -> Iterator[Case]:
    """Nobody has a request yet."""

    def case(step: str, phase: str, action: str, at: int, expected: tuple[str, ...]) -> Case:
        return Case(operation.name, protocol, "fresh", step, Fault(phase, action, at), expected, 0)

    encrypted = protocol.endswith("tls")
    clock = "connect" if encrypted else "read"
    yield case("refused", "refuse", "cut", 0, _ending(operation, "cut", ""))
    yield case("before accept", "deaf", "stall", 0, _ending(operation, "stall", clock))
    for action in ("cut", "reset", "stall"):
        yield case("accept", "accept", action, 0, _ending(operation, action, clock))
    if encrypted:
        for action in ("cut", "reset", "stall", "flip", "drip"):
            yield from _handshake(operation, protocol, action, size, case)
    if protocol.startswith("h2"):
        opening = [("SETTINGS", 0, len(H2_OPENING)), ("SETTINGS ack", len(H2_OPENING), len(H2_ACK))]
        for step, start, length in opening:
            for action in ("cut", "reset", "stall"):
                every = size.waits if action == "stall" else size.every
                for at in size.offsets(length, every):
                    expected = _ending(operation, action, "read")
                    found = case(step, "opening", action, start + at, expected)
                    yield Case(**{**vars(found), "most_requests": 1})


FLIGHT = 1500  # about; the offset is a share of what it turns out to be


def _handshake(
    operation: Operation, protocol: str, action: str, size: Size, case: Any
) -> Iterator[Case]:
    every = {"stall": size.waits * 8, "flip": size.flips * 4}.get(action, size.every * 4)
    for at in size.offsets(FLIGHT, every):
        expected = _ending(operation, action, "connect")
        if action == "drip":
            expected = (RIGHT,)
        if action == "flip":  # of a record's length: more is waited for
            expected = (
                *_ending(operation, "cut", ""),
                *_ending(operation, "stall", "connect"),
                RIGHT,
            )
        found = case("TLS flight", "tls", action, at, expected)
        goes_on = action in ("drip", "flip")
        yield Case(**{**vars(found), "most_requests": len(operation.answers) * goes_on})
    if action in ("cut", "reset", "stall"):
        found = case("TLS tickets", "tickets", action, 0, _ending(operation, action, "read"))
        yield found


def _during_request(
    operation: Operation, protocol: str, state: str, number: int, size: Size
) -> Iterator[Case]:
    if number > 0 and operation.name == "socket":
        return
    h2 = protocol.startswith("h2")  # whose heads are short
    lengths = (10, 20) if h2 else (60, 150)
    if operation.name == "upload":
        lengths = (*lengths, 500, 60_000)
    reused = state == "kept" or number > 0
    for action in ("cut", "reset", "stall"):
        for at in (1, *lengths):
            step = "request body" if at > 400 else "request head"
            expected = _ending(operation, action, "read")
            if action != "stall" and (reused or h2):
                expected += (RIGHT,)  # nobody can have acted on a part of it
            fault = Fault("request", action, at, exchange=number)
            most = number + (len(operation.answers) - number if RIGHT in expected else 0)
            yield Case(operation.name, protocol, state, step, fault, expected, most)


def _during_answer(
    operation: Operation, protocol: str, state: str, number: int, each: Answer, size: Size
) -> Iterator[Case]:
    pieces = each.pieces(protocol)
    total = sum(len(piece) for _, piece in pieces)
    h2 = protocol.startswith("h2")
    enough = _enough(operation, pieces)
    actions = ["cut", "reset", "stall", "flip", "drip"]
    if protocol.endswith("tls"):
        actions.append("goodbye")
    start = 0
    known = set[str]()
    for step, piece in pieces:
        again = step in known and size.every == 0
        known.add(step)
        for action in [] if again else actions:
            every = {"stall": size.waits, "flip": size.flips}.get(action, size.every)
            for at in size.offsets(len(piece), every):
                if action == "stall" and start + at >= enough and h2:
                    continue  # as after the answer: the next call may be the first to notice
                if action == "flip" and h2 and at < 3 and _is_over(operation, start, piece, enough):
                    continue
                found = _answer_case(
                    operation, protocol, state, number, step, action, start + at, enough
                )
                yield replace(found, items=_events_by(pieces, start + at))
        start += len(piece)
    # A peer that falls silent on a kept connection cannot be known before it is asked.
    for action in set(actions) - {"flip", "drip", "stall"}:
        yield _answer_case(
            operation, protocol, state, number, "after the answer", action, total, enough
        )


def _is_over(operation: Operation, start: int, piece: bytes, enough: int) -> bool:
    """Nobody waits for the end of this frame. If its length lies, what follows is lost in it, and
    the next call is the first to notice."""
    return start >= enough or (operation.done is not None and start + len(piece) >= enough)


def _hostile_cases(operation: Operation, protocol: str, state: str) -> Iterator[Case]:
    number = len(operation.answers) - 1
    good = operation.answers[number]
    posts = operation.posts
    found = (
        of_h2(good, posts, operation.done is not None)
        if protocol.startswith("h2")
        else of_h1(operation.name, good)
    )
    for each in (*found, *(streams(good) if operation.name == "stream" else ())):
        fault = Fault("instead", "corrupt", exchange=number)
        # What nobody answered may be asked for again, if asking does nothing.
        most = number + each.requests + (0 if posts else 3)
        reused = state == "kept" or number > 0
        expected = each.expected if posts or not reused else (*each.expected, RIGHT)
        yield Case(
            operation.name,
            protocol,
            state,
            each.name,
            fault,
            expected,
            most,
            1,
            instead=each.answer,
        )


def _events_by(pieces: list[tuple[str, bytes]], at: int) -> int:
    ends = accumulate(len(piece) for _, piece in pieces)
    return sum(
        step.endswith("event") and end <= at for (step, _), end in zip(pieces, ends, strict=True)
    )


def _enough(operation: Operation, pieces: list[tuple[str, bytes]]) -> int:
    """From this offset on the result is complete."""
    end = 0
    for step, piece in pieces:
        end += len(piece)
        if operation.done and step.endswith(operation.done):
            break
    return end


def _answer_case(
    operation: Operation,
    protocol: str,
    state: str,
    number: int,
    step: str,
    action: str,
    at: int,
    enough: int,
) -> Case:
    last = number == len(operation.answers) - 1
    heard = step not in ("HEADERS",) and at > 0  # a part of a block of fields is nothing yet
    complete = at >= enough
    least = number + 1
    most = number + 1 if operation.posts else len(operation.answers) + 1
    expected: tuple[str, ...] = _ending(operation, action, "read")
    if operation.name == "socket":
        least, expected = 0, _socket_ending(number, step, action)
        most = len(operation.answers)
    if action == "drip" or (complete and operation.name != "socket"):
        expected = (RIGHT,)
        most = max(most, len(operation.answers))
        if complete and not last and action == "stall":
            expected = _ending(operation, action, "read")
    elif action == "flip":
        expected = (*expected, RIGHT, BROKEN, *REFUSED, *CLOSED, "TimeoutError")
        if operation.name == "socket":
            expected += NO_JSON
        most = max(most, len(operation.answers))
    elif (
        not operation.posts and (state == "kept" or number > 0) and not heard and action != "stall"
    ):
        expected = (RIGHT,)  # a GET may be sent again
        most = len(operation.answers) + 1
    fault = Fault("answer", action, at, at % 8, number)
    again = not complete and expected == (RIGHT,) and action not in ("drip", "flip")
    return Case(operation.name, protocol, state, step, fault, expected, most, least, again=again)


def _record_cases(operation: Operation, protocol: str, state: str) -> Iterator[Case]:
    """Of the TLS record that carries the answer: its header, its content, its check sum."""
    broken = _ending(operation, "cut", "") if operation.name == "socket" else (BROKEN,)
    for at in (0, 1, 3, 4, 5, 20, 40):
        expected = (
            (*broken, "APITimeoutError", "TimeoutError", *CLOSED) if at < 5 else (*broken, *CLOSED)
        )
        if state == "kept" and not operation.posts:
            expected = (*expected, RIGHT)
        fault = Fault("record", "flip", at, at % 8)
        again = RIGHT in expected
        yield Case(
            operation.name, protocol, state, "TLS record", fault, expected, 3, 0, again=again
        )


def _socket_ending(number: int, step: str, action: str) -> tuple[str, ...]:
    opening = number == 0 and "message" not in step and step != "after the answer"
    if action == "stall":
        return ("TimeoutError",) if opening else CLOSED
    if opening:
        return NO_SOCKET
    if step == "after the answer" and number == 1:
        return (RIGHT,)
    return CLOSED
