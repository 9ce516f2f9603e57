"""The cases of one operation over one protocol, by some workers at a time."""

from __future__ import annotations

import asyncio
import gc
import importlib
import queue
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import trustme

from cases import OPERATIONS, Case, Size, cases
from exercise import Bench, exercise
from peer import Peer

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tools"))
UPLOAD = 100_000
HANGS = 120.0

Result = tuple[Case, str]


@dataclass(frozen=True)
class Lane:
    operation: str
    protocol: str
    state: str
    face: str
    size: Size
    workers: int

    def cases(self) -> list[Case]:
        return list(cases(OPERATIONS[self.operation], self.protocol, self.state, self.size))


def run(lane: Lane) -> list[Result]:
    """In a process of its own; what is left behind at the end counts as a case."""
    todo: queue.SimpleQueue[Case] = queue.SimpleQueue()
    for each in lane.cases():
        todo.put(each)
    results: list[Result] = []
    with _benches(lane) as benches:
        if lane.face == "async":
            asyncio.run(_all(benches, todo, results))
        else:
            _all_in_threads(benches, todo, results)
        results.append((_closing(lane), _left_behind([bench.peer for bench in benches])))
    return results


async def _all(benches: list[Bench], todo: queue.SimpleQueue[Case], results: list[Result]) -> None:
    async def work(bench: Bench) -> None:
        while not todo.empty():
            case = todo.get()
            try:
                wrong = await asyncio.wait_for(exercise(case, bench), HANGS)
            except asyncio.TimeoutError:
                wrong = "it hangs"
            except Exception as error:
                wrong = f"outside of the fault: {error!r}"
            results.append((case, wrong))

    await asyncio.gather(*map(work, benches))


def _all_in_threads(
    benches: list[Bench], todo: queue.SimpleQueue[Case], results: list[Result]
) -> None:
    blocking = derived("exercise").exercise

    def work(bench: Bench) -> None:
        while True:
            try:
                case = todo.get_nowait()
            except queue.Empty:
                return
            try:
                wrong = blocking(case, bench)
            except Exception as error:
                wrong = f"outside of the fault: {error!r}"
            results.append((case, wrong))

    threads = [threading.Thread(target=work, args=(each,), daemon=True) for each in benches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANGS * 5)
        assert not thread.is_alive(), "a case hangs"


def derived(name: str) -> ModuleType:
    """The synchronous twin, by the rules of the package's own."""
    if (twin := f"{name}_sync") in sys.modules:
        return sys.modules[twin]
    sync_text = importlib.import_module("twin_text").sync_text
    text = sync_text((HERE / f"{name}.py").read_text(encoding="utf-8"))
    if name == "exercise":
        derived("operations")
        text = text.replace("import operations\n", "import operations_sync as operations\n")
    module = sys.modules[twin] = ModuleType(twin)
    exec(compile(text, f"{name}.py", "exec", dont_inherit=True), vars(module))
    return module


@contextmanager
def _benches(lane: Lane) -> Iterator[list[Bench]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upload.bin"
        file.write_bytes(b"x" * UPLOAD)
        context, authority = None, None
        if lane.protocol.endswith("tls"):
            authority = f"{folder}/ca.pem"
            context = _server_context(authority, lane.protocol)
        protocol = "ws" if lane.operation == "socket" else lane.protocol.partition("+")[0]
        benches = [Bench(Peer(protocol, context), authority, file, {}) for _ in range(lane.workers)]
        try:
            yield benches
        finally:
            for bench in benches:
                bench.peer.stop()


def _server_context(authority: str, protocol: str) -> ssl.SSLContext:
    made = trustme.CA()
    made.cert_pem.write_to_path(authority)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert("localhost").configure_cert(context)
    context.set_alpn_protocols(["h2"] if protocol.startswith("h2") else ["http/1.1"])
    context.num_tickets = 0  # each connection's bytes are those of the first
    return context


def _closing(lane: Lane) -> Case:
    from peer import Fault

    return Case(lane.operation, lane.protocol, lane.state, "afterwards", Fault("", "none"), (), 0)


def _left_behind(peers: list[Peer]) -> str:
    from openai_native import _core

    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        gc.collect()
        live = {name: count for name, count in _core.live_objects().items() if count}
        open_ones = sum(peer.open_connections() for peer in peers)
        if not live and not open_ones:
            return ""
        time.sleep(0.01)
    return f"left behind: {live}, {open_ones} connections"
