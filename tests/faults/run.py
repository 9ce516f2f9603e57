"""The fault matrix: `python tests/faults/run.py`, or `--small` as in CI. Prints the table of what
held, by step and operation, writes it to build/faults/, and fails if anything did not hold.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from cases import FULL, OPERATIONS, SMALL, STATES
from lanes import Lane, Result, run
from table import summary, table

HERE = Path(__file__).resolve().parent
OUTPUT = HERE.parents[1] / "build" / "faults"


def lanes(options: argparse.Namespace) -> Iterator[Lane]:
    size = SMALL if options.small else FULL
    for operation in OPERATIONS.values():
        if options.operations and operation.name not in options.operations.split(","):
            continue
        for protocol in operation.protocols:
            if options.protocols and protocol not in options.protocols.split(","):
                continue
            for state in STATES[: 1 if operation.name == "socket" else 2]:
                for face in ("async", "sync"):
                    yield Lane(operation.name, protocol, state, face, size, options.workers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="all steps, few bytes of each")
    parser.add_argument("--operations", help="some of: " + ", ".join(OPERATIONS))
    parser.add_argument("--protocols", help="some of: h1, h1+tls, h2, h2+tls")
    parser.add_argument("--workers", type=int, default=12, help="cases at a time, in a process")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--verbose", action="store_true", help="tell what is done")
    options = parser.parse_args()
    start = time.monotonic()
    results: list[tuple[Lane, Result]] = []
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.processes, mp_context=fresh) as pool:
        for done in as_completed(
            futures := {pool.submit(run, each): each for each in lanes(options)}
        ):
            lane = futures[done]
            results += [(lane, each) for each in done.result()]
            if options.verbose:
                print(
                    lane.operation,
                    lane.protocol,
                    lane.state,
                    lane.face,
                    summary(results),
                    flush=True,
                )
    text = table(results)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "matrix.txt").write_text(text)
    print(text)
    wrong = [
        {"face": lane.face, "wrong": why, **{k: str(v) for k, v in vars(case).items()}}
        for lane, (case, why) in results
        if why
    ]
    (OUTPUT / "wrong.json").write_text(json.dumps(wrong, indent=1))
    for each in wrong[:20]:
        print(each, file=sys.stderr)
    print(summary(results), f"in {time.monotonic() - start:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
