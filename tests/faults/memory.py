"""Allocation failure: `python tests/faults/memory.py`, or `--small` as in CI. For N of all numbers:
the N-th allocation of Python's allocators fails during an operation. It raises MemoryError, or is
right; no process crashes; the next call on the same client succeeds; nothing is left behind.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from cases import OPERATIONS
from memory_child import FACES, NAMES
from peer import Peer

# Without any memory asyncio's loop ends, and a generator of the HTTP library never does.
ENDLESS = ("download",)
HERE = Path(__file__).resolve().parent
OURS = ("openai_native", str(HERE), "operations.py")
SMALL_TOTAL = 12  # allocations that fail, of each operation
LIMIT = 600.0  # seconds; of one process


def crashed_elsewhere(code: int, errors: str) -> bool:
    """CPython itself does not survive all of it: of 3.11, `dict.items()` crashes. That is nothing
    of ours if no function of ours, so none that may have called the core, was running."""
    _, _, frames = errors.partition("(most recent call first):\n")
    innermost = frames.partition("\n")[0]
    told = code == -signal.SIGSEGV and innermost.startswith("  File ")
    return told and not any(each in innermost for each in OURS)


@dataclass
class Tally:
    ran: int = 0
    failed: int = 0  # with MemoryError
    elsewhere: int = 0  # crashes of others
    wrong: list[str] = field(default_factory=list)


def run(name: str, face: str, lasting: bool, step: int, file: str) -> Tally:
    """A process, and another one behind each that crashed."""
    operation = OPERATIONS.get(name, OPERATIONS["unary"])
    peer = Peer("ws" if name == "socket" else "h1", None)
    peer.arm(operation.answers)
    tally, start = Tally(), 1
    try:
        while start > 0:
            start = _batch(tally, peer.url, name, face, lasting, start, step, file)
    finally:
        peer.stop()
    return tally


def _batch(
    tally: Tally, url: str, name: str, face: str, lasting: bool, start: int, step: int, file: str
) -> int:
    """Where to go on; 0: that was all."""
    command = [sys.executable, "-X", "faulthandler", str(HERE / "memory_child.py")]
    settings = {
        "url": url,
        "name": name,
        "face": face,
        "lasting": lasting,
        "file": file,
        "start": start,
        "step": step,
    }
    # faulthandler tells whose crash it is, also where a sanitizer would have.
    signals = {
        name: os.environ.get(name, "") + ":handle_segv=0"
        for name in ("ASAN_OPTIONS", "TSAN_OPTIONS")
    }
    try:
        ended = subprocess.run(
            [*command, json.dumps(settings)],
            env={**os.environ, **signals},
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        code, output, errors = ended.returncode, ended.stdout, ended.stderr
    except subprocess.TimeoutExpired as late:
        code, errors = 1, "it hangs"
        output = (late.stdout or b"").decode()
    at = start
    for line in output.splitlines():
        what, _, rest = line.partition(" ")
        if what == "at":
            at = int(rest)
            tally.ran += 1
        tally.failed += what == "failed"
        if what == "wrong":
            tally.wrong.append(f"{name} {face} lasting={lasting} {at}: {rest}")
    if code == 0:
        return 0
    if crashed_elsewhere(code, errors):
        tally.elsewhere += 1
        return at + 1
    tally.wrong.append(f"{name} {face} lasting={lasting} {at}: exit {code}: {errors[-1500:]}")
    return at + 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a few N of each operation")
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--names", help="some of: " + ", ".join(NAMES))
    parser.add_argument("--faces", default=",".join(FACES))
    options = parser.parse_args()
    start = time.monotonic()
    names = options.names.split(",") if options.names else list(NAMES)
    step = -SMALL_TOTAL if options.small else options.step
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        file = Path(folder) / "upload.bin"
        file.write_bytes(b"x" * 10_000)
        todo = [
            (name, face, lasting)
            for name in names
            for face in options.faces.split(",")
            for lasting in (False, True)
            if not lasting or (face == "sync" and name not in ENDLESS)
        ]
        tallies = list(pool.map(lambda each: run(*each, step, str(file)), todo))
    wrong = [each for tally in tallies for each in tally.wrong]
    for (name, face, lasting), tally in zip(todo, tallies, strict=True):
        how = "all from N on" if lasting else "the N-th"
        print(
            f"{name:<10} {face:<6} {how:<14} {tally.ran:>6} N, {tally.failed:>6} MemoryError, "
            f"{tally.elsewhere} crashes of CPython, {len(tally.wrong)} wrong"
        )
    for each in wrong[:30]:
        print(each, file=sys.stderr)
    ran = sum(tally.ran for tally in tallies)
    print(f"{ran - len(wrong)} of {ran} in {time.monotonic() - start:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
