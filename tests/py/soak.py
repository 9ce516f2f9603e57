"""Hours of mixed traffic with faults: every answer is the right one, and nothing grows.

usage: soak.py [--minutes N] [--lanes N] [--latency SECONDS] [--seed N] [--picture FILE]

The server is a process of its own. First the loop runs as many tasks that only sleep, so that
what the loop costs by itself can be told apart. Memory, descriptors and threads are judged,
answers too; times are printed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx2

from loop_gauge import LoopGauge, gauged_loop
from openai_native import AsyncOpenAI, DefaultAsyncHttpx2Client, _core
from soak_sampler import Sample, judge, sample
from soak_traffic import TIMEOUT, Traffic, check_quote


@contextlib.contextmanager
def mock_process(*settings: str) -> Iterator[str]:
    command = [sys.executable, "-m", "openai_native", "mock", "--quiet", *settings]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found is not None, "the server did not start"
            yield found.group(0)
        finally:
            process.terminate()


async def sleepers(lanes: int, latency: float, seconds: float) -> None:
    """As many tasks, which check as many answers, without a client."""
    asked = "question 1234567 0f1e2d3c"
    answer = f'You said: "{asked}". This answer comes from the local mock server.'
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds

    async def lane() -> None:
        await asyncio.sleep(random.random())
        while loop.time() < end:
            await asyncio.sleep(latency)
            check_quote(asked, "".join(answer))

    await asyncio.gather(*(lane() for _ in range(lanes)))


def show(name: str, gauge: LoopGauge) -> None:
    for kind, turns in (("wall", gauge.wall), ("CPU", gauge.cpu)):
        figures = [turns.percentile(share) for share in (0.5, 0.99, 0.999)]
        columns = "".join(f"{1e3 * figure:10.3f}" for figure in (*figures, turns.longest))
        print(f"{name:10}{kind:5}{turns.count:12,}{columns}")


async def soak(
    options: argparse.Namespace, gauge: LoopGauge, folder: Path, base_url: str
) -> tuple[Traffic, list[Sample]]:
    baseline = min(60.0, options.minutes * 6)
    gauge.start()
    await sleepers(options.lanes, options.latency, baseline)
    print(f"turns, in ms:{'':14}{'p50':>10}{'p99':>10}{'p99.9':>10}{'longest':>10}")
    show("sleepers", gauge)
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=options.lanes)
    samples: list[Sample] = []
    async with AsyncOpenAI(
        base_url=base_url,
        api_key="k",
        timeout=TIMEOUT,
        http_client=DefaultAsyncHttpx2Client(limits=limits, timeout=TIMEOUT),
    ) as client:
        traffic = Traffic(client, folder, options.seed)
        running = asyncio.ensure_future(traffic.run(options.lanes))
        await asyncio.sleep(min(10, options.minutes * 6))  # types are built in the first seconds
        gauge.start()
        sampling = asyncio.ensure_future(
            sample(traffic, gauge, max(options.minutes / 4, 4), samples)
        )
        await asyncio.sleep(options.minutes * 60)
        sampling.cancel()
        traffic.stop()
        await running
    for _ in range(500):
        if not any(_core.live_objects().values()):
            break
        await asyncio.sleep(0.01)
    return traffic, samples


def report(traffic: Traffic, samples: list[Sample], gauge: LoopGauge, picture: Path) -> list[str]:
    print(f"\nturns, in ms:{'':14}{'p50':>10}{'p99':>10}{'p99.9':>10}{'longest':>10}")
    show("traffic", gauge)
    found = gauge.collections
    print(f"Python's collector: {found.count:,} times, {1e3 * found.longest:.1f} ms at most\n")
    for name, count in traffic.outcomes.most_common():
        print(f"{count:12,} {name}")
    complaints = judge(samples) + traffic.wrong
    left = {name: count for name, count in _core.live_objects().items() if count}
    if left:
        complaints.append(f"still alive: {left}")
    try:
        from soak_chart import draw
    except ImportError:
        print("matplotlib is not installed: no picture")
    else:
        picture.parent.mkdir(parents=True, exist_ok=True)
        draw(samples, picture)
        print(f"picture: {picture}")
    return complaints


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--lanes", type=int, default=500, help="calls in flight")
    parser.add_argument("--latency", type=float, default=0.5, help="of the server, in seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--picture", type=Path, default=Path("build/soak.svg"))
    options = parser.parse_args()
    gauge = LoopGauge()
    pace = ("--latency", str(options.latency), "--tokens-per-second", "50")
    loop = gauged_loop(gauge)
    with tempfile.TemporaryDirectory() as folder, mock_process(*pace) as base_url:
        work = soak(options, gauge, Path(folder), base_url)
        traffic, samples = loop.run_until_complete(work)
    loop.close()
    complaints = report(traffic, samples, gauge, options.picture)
    for one in complaints:
        print(f"FAILED: {one}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
