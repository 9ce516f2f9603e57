"""What a call in flight and an open stream cost in memory: thousands held at once on one client.

usage: load.py [--calls N] [--streams N] [--hold SECONDS] [--client MODULE]

The server is this process, the client one of its own; both need a descriptor a connection
(`ulimit -n`). Every answer is compared with its question.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from openai_native.mock import MockServer

WORKER = Path(__file__).resolve().parent / "load_worker.py"


def enough_descriptors(connections: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < connections + 200:
        sys.exit(f"{connections} connections need `ulimit -n {connections + 200}`; it is {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def wait_until(server: MockServer, in_flight: int) -> float:
    """Seconds until the server is at so many answers at once."""
    start = time.monotonic()
    server.wait_for(lambda stats: stats["in_flight"] == in_flight, timeout=300)
    return time.monotonic() - start


def held(options: argparse.Namespace, server: MockServer) -> dict[str, float]:
    """Runs the worker, which says when it has started something and is told when all is held."""
    numbers = (options.calls, options.streams, options.hold)
    command = [sys.executable, WORKER, options.client, server.base_url, *map(str, numbers)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdin is not None and worker.stdout is not None
        for started in (options.calls, options.calls + options.streams):
            if worker.stdout.readline() != "started\n":
                sys.exit("the client failed")
            print(f"{started:,} at once after {wait_until(server, started):.1f} s", flush=True)
            worker.stdin.write("held\n")
            worker.stdin.flush()
        result: dict[str, float] = json.loads(worker.stdout.readline())
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--streams", type=int, default=5_000)
    parser.add_argument("--hold", type=float, default=60, help="how long the server holds a call")
    parser.add_argument("--client", default="openai_native", help="or openai")
    options = parser.parse_args()
    enough_descriptors(options.calls + options.streams)
    with MockServer(keep_requests=0) as server:
        result = held(options, server)
    right = f"{result['right']:,} of {options.calls + options.streams:,} right"
    print(f"{options.client}: {right}, {result['seconds']:.1f} s, {result['cpu']:.1f} s of CPU")
    print(
        f"resident: {result['idle'] / 2**20:.1f} MiB before, {result['most'] / 2**20:.1f} MiB with"
        f" all, {result['after'] / 2**20:.1f} MiB afterwards"
    )
    for name, number in (("call", options.calls), ("stream", options.streams)):
        print(f"{result[name] / max(number, 1) / 1024:.1f} KiB a {name}")
    if result["right"] != options.calls + options.streams:
        sys.exit("not every answer was right")


if __name__ == "__main__":
    main()
