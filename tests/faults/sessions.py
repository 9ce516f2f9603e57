"""What the peer's connections speak: when a request is complete, how an answer is spelled."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from hpack import Encoder, NeverIndexedHeaderTuple

if TYPE_CHECKING:
    from peer import Connection

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
ACK, END_STREAM, END_HEADERS = 1, 1, 4
WINDOW = 1 << 28
_KEY = re.compile(rb"(?i)sec-websocket-key: *([^\r\n]+)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True)
class Frame:
    """Of HTTP/2; stream 1 stands for the stream of the request."""

    type: int
    flags: int
    payload: bytes
    stream: int = 1

    def spelled(self, stream: int) -> bytes:
        size = struct.pack("!I", len(self.payload))[1:]
        number = stream if self.stream == 1 else self.stream
        payload = self.payload
        if self.type == GOAWAY and payload.startswith(b"\0\0\0\1"):
            payload = struct.pack("!I", stream) + payload[4:]
        return size + struct.pack("!BBI", self.type, self.flags, number) + payload


@dataclass(frozen=True)
class Answer:
    """The same answer in both protocols, piece by piece, each with the name of its step."""

    h1: list[tuple[str, bytes]]
    h2: list[tuple[str, Frame]] = field(default_factory=list)
    closes: bool = False  # the end of the connection is the end of the answer

    def pieces(self, protocol: str) -> list[tuple[str, bytes]]:
        if protocol.startswith("h2"):
            return [(step, frame.spelled(1)) for step, frame in self.h2]
        return self.h1


class Session(Protocol):
    closes_after_answer: bool

    def opened(self) -> None: ...
    def receive(self, data: bytes) -> None: ...
    def spelled(self, answer: Answer) -> bytes: ...


def session_for(protocol: str, socket: bool, connection: Connection) -> Session:
    if protocol == "h2":
        return H2Session(connection)
    return WsSession(connection) if socket else H1Session(connection)


class H1Session:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._head = b""
        self._left: int | None = None  # of the body; None: the head is not complete
        self.closes_after_answer = False

    def opened(self) -> None:
        pass

    def receive(self, data: bytes) -> None:
        if self._left is None:
            self._head += data
            head, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = head
            length = _LENGTH.search(head)
            self._left = int(length[1]) if length else 0
        self._left -= len(data)
        if self._left <= 0:
            self._left = None
            self._complete()
            self._head = b""

    def _complete(self) -> None:
        self._connection.request_is_complete()

    def spelled(self, answer: Answer) -> bytes:
        self.closes_after_answer = answer.closes
        return b"".join(piece for _, piece in answer.h1)


class WsSession(H1Session):
    """The first request is the handshake, each message after it is another one."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._accept = b""
        self._frames = b""
        self._answered = 0  # messages

    def receive(self, data: bytes) -> None:
        if not self._accept:
            return super().receive(data)
        self._frames += data
        while len(self._frames) >= 6:
            size = self._frames[1] & 0x7F
            start = 6
            if size == 126:
                size = int.from_bytes(self._frames[2:4], "big")
                start = 8
            if len(self._frames) < start + size:
                return None
            opcode = self._frames[0] & 0xF
            mask, masked = self._frames[start - 4 : start], self._frames[start : start + size]
            self._frames = self._frames[start + size :]
            if opcode in (1, 2):
                self._answered += 1
                self._connection.request_is_complete(self._answered)
            elif opcode in (8, 9):  # a close is answered by itself, a ping by a pong
                payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(masked))
                reply = 0x88 if opcode == 8 else 0x8A
                self._connection.say("pong", bytes([reply, len(payload)]) + payload)
        return None

    def _complete(self) -> None:
        found = _KEY.search(self._head)
        key = found[1] if found else b""
        self._accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())
        self._connection.request_is_complete(0)

    def spelled(self, answer: Answer) -> bytes:
        return super().spelled(answer).replace(b"-" * 28, self._accept)


class H2Session:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._input = b""
        self._greeted = False
        self._stream = 1
        self.closes_after_answer = False

    def opened(self) -> None:
        self._connection.say("opening", H2_OPENING)

    def receive(self, data: bytes) -> None:
        self._input += data
        if not self._greeted:
            if len(self._input) < len(PREFACE):
                return
            assert self._input.startswith(PREFACE)
            self._input = self._input[len(PREFACE) :]
            self._greeted = True
        while len(self._input) >= 9:
            size = int.from_bytes(self._input[:3], "big")
            if len(self._input) < 9 + size:
                return
            kind, flags, stream = struct.unpack("!BBI", self._input[3:9])
            payload, self._input = self._input[9 : 9 + size], self._input[9 + size :]
            self._frame(kind, flags, stream, payload)

    def _frame(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if kind == SETTINGS and not flags & ACK:
            self._connection.say("opening", H2_ACK)
        elif kind == PING and not flags & ACK:
            self._connection.say("pong", Frame(PING, ACK, payload, 0).spelled(0))
        elif kind in (HEADERS, DATA) and flags & END_STREAM:
            self._stream = stream
            self._connection.request_is_complete()

    def spelled(self, answer: Answer) -> bytes:
        self.closes_after_answer = answer.closes
        return b"".join(frame.spelled(self._stream) for _, frame in answer.h2)


def field_block(*fields: tuple[str, str]) -> bytes:
    """The same bytes on any connection: nothing enters the table of the other side."""
    encoder = Encoder()
    return bytes(encoder.encode([NeverIndexedHeaderTuple(*each) for each in fields], huffman=False))


H2_OPENING = Frame(SETTINGS, 0, struct.pack("!HI", 4, WINDOW), 0).spelled(0) + Frame(
    WINDOW_UPDATE, 0, struct.pack("!I", WINDOW), 0
).spelled(0)
H2_ACK = Frame(SETTINGS, ACK, b"", 0).spelled(0)
