"""A server on a thread of its own whose every byte is known beforehand, so that a fault can be put
at any of them. One client at a time; any number of connections.
"""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sessions import Answer, Session, session_for

Action = str  # "cut", "goodbye", "reset", "stall", "flip", "drip"


@dataclass(frozen=True)
class Fault:
    """What happens to one exchange.

    Phases: "refuse", "deaf" (nobody accepts), "accept", "tls" (the server's first flight),
    "tickets" (what follows the client's), "opening" (HTTP/2), "request" (after that many bytes of
    it came), "answer", "record" (the answer as TLS makes it), "instead" (another answer).
    """

    phase: str
    action: Action
    at: int = 0
    bit: int = 0
    exchange: int = 0  # of the operation; the others go well


@dataclass
class Ledger:
    """What the peer has seen since `arm()`."""

    requests: int = 0  # complete ones
    answered: int = 0  # whose answer left as a whole
    connections: int = 0
    fired: bool = False  # the fault has happened
    flipped_on: Connection | None = None
    repeated: int = 0  # requests that were sent again, because their answer was flipped
    said: dict[str, int] = field(default_factory=dict)  # bytes sent by phase, of the last exchange


class Peer:
    def __init__(self, protocol: str, tls: ssl.SSLContext | None) -> None:
        self._protocol, self._tls = protocol, tls
        self.ledger = Ledger()
        self.fault: Fault | None = None
        self.answers: list[Answer] = []
        self._listener = _listener()
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://localhost:{self.port}/v1"
        self._selector = selectors.DefaultSelector()
        self._orders: list[Callable[[], None]] = []
        self._bell, ring = socket.socketpair()
        self._ring = ring
        self._bell.setblocking(False)
        self._open: set[Connection] = set()
        self._neglected: list[Connection] = []
        self._selector.register(self._bell, selectors.EVENT_READ, self._obey)
        self._listen()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def arm(self, answers: list[Answer], fault: Fault | None = None) -> None:
        """Of the next requests: these are the answers, this goes wrong."""
        self._order(lambda: self._arm(answers, fault))

    def answer(self, number: int) -> Answer:
        """Requests that nobody should have made get the last one."""
        return self.answers[min(number, len(self.answers) - 1)]

    @property
    def speaks_h2(self) -> bool:
        return self._protocol == "h2"

    def open_connections(self) -> int:
        count: list[int] = []
        self._order(lambda: count.append(len(self._open)))
        return count[0]

    def wait_for_goodbyes(self) -> None:
        """What the last client still says is no part of the next case."""
        until = time.monotonic() + 10
        while self.open_connections() and time.monotonic() < until:
            time.sleep(0.001)

    def stop(self) -> None:
        self._order(self._end)
        self._thread.join(10)
        self._ring.close()

    def _arm(self, answers: list[Answer], fault: Fault | None) -> None:
        if self.fault and self.fault.phase in ("refuse", "deaf"):
            self._selector_gone()
            self._dismiss_waiting()
            self._listen()
        self.answers, self.fault, self.ledger = answers, fault, Ledger()
        if fault and fault.phase == "refuse":
            self._selector_gone()
            self._listener.shutdown(socket.SHUT_RDWR)  # Linux keeps the port, and refuses
            self.ledger.fired = True
        if fault and fault.phase == "deaf":
            self._selector_gone()
            self.ledger.fired = True

    def _dismiss_waiting(self) -> None:
        """Those whom nobody accepted: their requests are of another time."""
        with contextlib.suppress(OSError):
            while True:
                self._listener.accept()[0].close()

    def _listen(self) -> None:
        self._listener.listen(64)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def _selector_gone(self) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(self._listener)

    def _order(self, what: Callable[[], None]) -> None:
        done = threading.Event()

        def order() -> None:
            what()
            done.set()

        self._orders.append(order)
        self._ring.send(b".")
        assert done.wait(20), "the peer hangs"

    def _obey(self) -> None:
        self._bell.recv(4096)
        while self._orders:
            self._orders.pop(0)()

    def _run(self) -> None:
        self._running = True
        while self._running:
            for key, _ in self._selector.select():
                key.data()

    def _end(self) -> None:
        self._running = False
        for each in (*self._open, *self._neglected):
            each.socket.close()
        self._listener.close()
        self._bell.close()
        self._selector.close()

    def _accept(self) -> None:
        try:
            met, _ = self._listener.accept()
        except OSError:
            return
        self.ledger.connections += 1
        fault = self.fault if self.fault and self.fault.phase == "accept" else None
        if fault and not self.ledger.fired:
            self.ledger.fired = True
            if fault.action == "stall":
                self.watch(Connection(self, met, None, self._protocol, muted=True))
                return
            if fault.action == "reset":
                _reset_when_closed(met)
            met.close()
            return
        self.watch(Connection(self, met, self._tls, self._protocol))

    def watch(self, each: Connection) -> None:
        self._open.add(each)
        self._selector.register(each.socket, selectors.EVENT_READ, each.readable)
        each.start()

    def forget(self, each: Connection) -> None:
        if each in self._open:
            self._open.discard(each)
            self.deafen(each)

    def neglect(self, each: Connection) -> None:
        """It stays open; whether its client leaves is not seen."""
        self.forget(each)
        self._neglected.append(each)

    def deafen(self, each: Connection) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(each.socket)


class Connection:
    """Bytes in and out, with the fault put where it belongs; what they say is the session's."""

    def __init__(
        self, peer: Peer, met: socket.socket, tls: Any, protocol: str, muted: bool = False
    ) -> None:
        self.peer, self.socket, self._protocol = peer, met, protocol
        self._muted = muted  # says nothing more, reads on
        self._exchange_bytes = 0  # of the request that is coming
        met.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        met.settimeout(20)
        self._session: Session | None = None
        self._tls: ssl.SSLObject | None = None
        if tls is not None:
            self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
            self._tls = tls.wrap_bio(self._in, self._out, server_side=True)
        self._shaking = tls is not None

    def start(self) -> None:
        if not self._shaking and not self._muted:
            self._begin("h2" if self._protocol == "h2" else "http/1.1")

    def readable(self) -> None:
        data = b""
        with contextlib.suppress(OSError):
            data = self.socket.recv(self._appetite())
        if not data:
            return self.leave()
        if self._muted:
            return None
        try:
            self._taken(data)
        except (OSError, ssl.SSLError):
            self.leave()
        return None

    def _taken(self, data: bytes) -> None:
        if self._tls is None:
            return self._heard(data)
        self._in.write(data)
        if self._shaking:
            self._shake(self._tls)
        with contextlib.suppress(ssl.SSLWantReadError):
            while not self._shaking and not self._muted:
                plain = self._tls.read(65536)
                if not plain:
                    return self.leave()
                self._heard(plain)
        return None

    def _shake(self, tls: ssl.SSLObject) -> None:
        try:
            tls.do_handshake()
        except ssl.SSLWantReadError:
            return self._emit("tls", self._out.read())
        except ssl.SSLError:
            self._emit("tls", self._out.read())
            raise
        self._shaking = False
        self._emit("tickets", self._out.read())
        if not self._muted:
            self._begin(tls.selected_alpn_protocol() or "http/1.1")
        return None

    def _begin(self, protocol: str) -> None:
        self._session = session_for(protocol, self._protocol == "ws", self)
        self._session.opened()

    def _heard(self, plain: bytes) -> None:
        assert self._session is not None
        self._exchange_bytes += len(plain)
        fault = self._fault_in("request")
        if (
            fault
            and self._exchange_bytes >= fault.at
            and self.peer.ledger.requests == fault.exchange
        ):
            self._act(fault)
        elif not self._muted:
            self._session.receive(plain)

    def request_is_complete(self, of_connection: int | None = None) -> None:
        """Told by the session: it is answered at once, by its number in the operation."""
        assert self._session is not None
        ledger = self.peer.ledger
        if self.peer.speaks_h2 and ledger.flipped_on not in (None, self) and not ledger.repeated:
            ledger.repeated = 1  # whatever is asked next on the same connection is another request
        number = ledger.requests - ledger.repeated if of_connection is None else of_connection
        ledger.requests += 1
        self._exchange_bytes = 0
        for phase in ("answer", "record"):
            ledger.said.pop(phase, None)
        content = self._session.spelled(self.peer.answer(number))
        fault = self.peer.fault
        mine = fault is not None and fault.exchange == number
        if self.say("answer", content, mine):
            ledger.answered += 1
            if self._session.closes_after_answer:
                self.finish()

    def say(self, phase: str, content: bytes, may_fail: bool = True) -> bool:
        """False: the fault came between."""
        if self._muted:
            return False
        if self._tls is None:
            self._emit(phase, content, may_fail)
            return not self._muted
        fault = self._fault_in(phase) if may_fail else None
        if fault is None:
            self._tls.write(content)
            self._emit("record", self._out.read(), may_fail)
        else:
            self._emit(phase, content, may_fail)
        return not self._muted

    def _emit(self, phase: str, content: bytes, may_fail: bool = True) -> None:
        said = self.peer.ledger.said
        start = said.get(phase, 0)
        said[phase] = start + len(content)
        fault = self._fault_in(phase) if may_fail else None
        if fault is None or not start <= fault.at <= start + len(content):
            return self._write(phase, content)
        at = fault.at - start
        self.peer.ledger.fired = True  # before what it leaves of the answer can have an effect
        if fault.action == "flip":
            self.peer.ledger.flipped_on = self if phase == "answer" else None
            flipped = bytes([content[at] ^ (1 << fault.bit)]) if at < len(content) else b""
            return self._write(phase, content[:at] + flipped + content[at + 1 :])
        if fault.action == "drip":
            self._write(phase, content[:at])
            time.sleep(0.004)
            return self._write(phase, content[at:])
        self._write(phase, content[:at])
        self._act(fault)
        return None

    def _write(self, phase: str, content: bytes) -> None:
        if self._tls is not None and phase in ("answer", "opening"):
            if content:
                self._tls.write(content)
            content = self._out.read()
        self.socket.sendall(content)

    def _fault_in(self, phase: str) -> Fault | None:
        fault = self.peer.fault
        return fault if fault and fault.phase == phase and not self.peer.ledger.fired else None

    def _appetite(self) -> int:
        fault = self._fault_in("request")
        if fault is None or self._tls is not None or self.peer.ledger.requests != fault.exchange:
            return 65536
        return max(1, min(65536, fault.at - self._exchange_bytes))

    def _act(self, fault: Fault) -> None:
        self.peer.ledger.fired = True
        self._muted = True
        if fault.action == "reset":
            _reset_when_closed(self.socket)
            self.leave()
        elif fault.action == "cut":
            self.socket.shutdown(socket.SHUT_WR)
        elif fault.action == "goodbye":
            self.finish()
        elif fault.action == "stall" and fault.phase == "request":
            self.peer.neglect(self)  # its receive window fills up

    def finish(self) -> None:
        """The polite end: of TLS, too."""
        self._muted = True
        if self._tls is not None:
            with contextlib.suppress(ssl.SSLError):
                self._tls.unwrap()
            self.socket.sendall(self._out.read())
        self.socket.shutdown(socket.SHUT_WR)

    def leave(self) -> None:
        self.peer.forget(self)
        self.socket.close()


def _listener() -> socket.socket:
    """On a port that can be listened on again, and is nobody else's: given port 0, sockets with
    SO_REUSEADDR may get the same one."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as found:
            address = found.getsockname()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setblocking(False)
        try:
            listener.bind(address)
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:  # taken by a connection that leaves, meanwhile
                raise
        else:
            return listener


def _reset_when_closed(each: socket.socket) -> None:
    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
