"""Clients in turn against one local server: medians of interleaved rounds as ratios, and a chart.

usage: run.py [--rounds N] [--quick] [--only CLIENT ...]

The server is `openai_native mock` in a process of its own, pinned to the first core when there are
several. wrk, where installed, is the floor: what the machine and the server can do at all.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import startup
from clients import BODY, CLIENTS, HEADERS, STREAMING

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "build" / "bench"
UNARY = (1, 32, 256, 1000)
STREAMS = (1, 100)
# Calls a cell: enough for seconds of a fast client, few enough for a slow one.
CALLS = {"native": 20_000, "pyreqwest (raw)": 10_000, "pyqwest (raw)": 5_000}
DEFAULT_CALLS = 1_000
STREAM_CALLS = {"native": 400}
DEFAULT_STREAM_CALLS = 100

Sample = dict[str, float]
Cells = dict[tuple[str, int, str], list[Sample]]


@contextmanager
def server() -> Iterator[str]:
    command = [sys.executable, "-m", "openai_native", "mock", "--port", "0", "--quiet"]
    if shutil.which("taskset") and (os.cpu_count() or 1) > 1:
        command = ["taskset", "-c", "0", *command]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            match = re.search(r"http://\S+", line)
            if match:
                break
        else:
            raise RuntimeError("the server did not start")
        yield match.group(0)
    finally:
        process.terminate()
        process.wait()


def wrk(concurrency: int, base_url: str) -> Sample | None:
    """Calls per second of wrk with the same body, as seconds a call."""
    if not shutil.which("wrk"):
        return None
    headers = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in HEADERS.items())
    script = OUT / "post.lua"
    body = BODY.decode().replace("\\", "\\\\").replace("'", "\\'")
    script.write_text(f"wrk.method = 'POST'\nwrk.body = '{body}'\n{headers}\n")
    output = subprocess.check_output(
        [
            "wrk",
            "-t1",
            f"-c{concurrency}",
            "-d3s",
            "-s",
            str(script),
            f"{base_url}/chat/completions",
        ],
        text=True,
    )
    match = re.search(r"Requests/sec:\s+([\d.]+)", output)
    return {"wall": 1 / float(match.group(1)), "cpu": 0.0, "rss": 0.0} if match else None


def work(client: str, mode: str, concurrency: int, base_url: str, scale: float) -> Sample | None:
    if client == "wrk":
        return wrk(concurrency, base_url)
    if mode == "stream":
        calls = STREAM_CALLS.get(client, DEFAULT_STREAM_CALLS)
    else:
        calls = CALLS.get(client, DEFAULT_CALLS)
    if concurrency == 1:
        calls //= 4
    calls = max(int(calls * scale), 2 * concurrency)
    arguments = [client, mode, str(concurrency), str(calls), base_url]
    done = subprocess.run(
        [sys.executable, str(HERE / "worker.py"), *arguments], capture_output=True, text=True
    )
    if done.returncode:
        # A client that crashes says nothing: its exit status does.
        reason = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        print(f"  {client}: failed: {reason}", file=sys.stderr)
        return None
    result: Sample = json.loads(done.stdout)
    return result


def rounds(clients: list[str], count: int, scale: float, base_url: str) -> Cells:
    cells: Cells = defaultdict(list)
    plan = [("unary", c) for c in UNARY] + [("stream", c) for c in STREAMS]
    for number in range(count):
        for mode, concurrency in plan:
            names = [*clients, "wrk"] if mode == "unary" else [c for c in clients if c in STREAMING]
            for name in names:
                print(
                    f"round {number + 1}/{count} {mode} {concurrency:5} {name:20}",
                    end="\r",
                    flush=True,
                )
                sample = work(name, mode, concurrency, base_url, scale)
                if sample:
                    cells[mode, concurrency, name].append(sample)
    print(" " * 60, end="\r")
    return cells


def median(cells: Cells, mode: str, concurrency: int, name: str, key: str) -> float | None:
    samples = cells.get((mode, concurrency, name))
    return statistics.median(s[key] for s in samples) if samples else None


def table(cells: Cells, clients: list[str]) -> None:
    for mode, levels in (("unary", UNARY), ("stream", STREAMS)):
        unit = "call" if mode == "unary" else "chunk"
        print(f"\n{mode}: us of CPU a {unit} | {unit}s/s | MiB resident (ratio to native)")
        print(f"{'':20}" + "".join(f"{f'{c} in flight':>34}" for c in levels))
        for name in [*clients, "wrk"]:
            row = f"{name:20}"
            for level in levels:
                wall = median(cells, mode, level, name, "wall")
                ours = median(cells, mode, level, "native", "wall")
                cpu = median(cells, mode, level, name, "cpu")
                our_cpu = median(cells, mode, level, "native", "cpu")
                rss = median(cells, mode, level, name, "rss")
                if not (wall and ours and our_cpu and cpu is not None and rss is not None):
                    row += f"{'-':>34}"
                    continue
                cell = f"{1 / wall:,.0f}/s ({ours / wall:.2f}x)"
                if cpu:
                    cell = f"{cpu * 1e6:.1f} ({cpu / our_cpu:.1f}x) {cell} {rss / 2**20:.0f}"
                row += f"{cell:>34}"
            if name != "wrk" or mode == "unary":
                print(row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a tenth of the calls, one round")
    parser.add_argument("--only", nargs="*", default=list(CLIENTS), choices=list(CLIENTS))
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    with server() as base_url:
        cells = rounds(
            options.only,
            1 if options.quick else options.rounds,
            0.1 if options.quick else 1.0,
            base_url,
        )
    table(cells, options.only)
    startup.main()
    try:
        from chart import draw
    except ImportError:
        print("matplotlib is not installed: no chart")
    else:
        draw(
            {
                name: [(median(cells, "unary", level, name, "cpu") or 0) * 1e6 for level in UNARY]
                for name in options.only
            },
            UNARY,
            OUT / "cpu.svg",
        )
        print(f"\nchart: {OUT / 'cpu.svg'}")


if __name__ == "__main__":
    main()
