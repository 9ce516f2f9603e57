"""What a soak's process holds, every few seconds, and the judgement on whether it grew."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from statistics import median

from flatness import in_use, python_blocks, resident, rise, taken
from loop_gauge import LoopGauge
from soak_traffic import Traffic

# Of the time, what is not looked at: pools fill, types are built, the allocator finds its size.
WARM_UP = 0.25


@dataclass
class Sample:
    at: float  # seconds since the start
    memory: int
    in_use: int
    blocks: int
    descriptors: int
    threads: int
    rate: float  # calls a second
    stall: float  # seconds of CPU: of a thousand turns one takes longer


async def sample(traffic: Traffic, gauge: LoopGauge, every: float, out: list[Sample]) -> None:
    """Until it is cancelled; shows each sample."""
    start = before = time.monotonic()
    done = 0
    while True:
        await asyncio.sleep(every)
        now, count = time.monotonic(), sum(traffic.outcomes.values())
        stall = gauge.new_window().percentile(0.999)
        rate = (count - done) / (now - before)
        held = resident(), in_use(), python_blocks(), *taken()
        one = Sample(now - start, *held, rate, stall)
        before, done = now, count
        out.append(one)
        print(
            f"{one.at / 60:6.1f} min {count:12,} calls {one.rate:6,.0f}/s"
            f" {traffic.in_flight:5} in flight {one.memory / 2**20:7.1f} MiB"
            f" {one.descriptors:5} fds {one.threads:3} threads {stall * 1e3:6.2f} ms p99.9"
            f" {traffic.outcomes['WRONG']} wrong",
            flush=True,
        )


def judge(samples: list[Sample]) -> list[str]:
    """Prints how much each quantity rose; returns what rose by more than its bound."""
    warm = samples[int(len(samples) * WARM_UP) :]
    complaints = []
    print(f"\n{'':14}{'median':>12}{'least':>12}{'most':>12}{'rise':>12}{'bound':>12}")
    # What is in use must not grow. What is resident creeps for a while, because pieces of all
    # sizes come and go: that is bounded, too, but not as narrowly.
    for name, values, unit, share, least in (
        ("in use, KiB", [one.in_use for one in warm], 1024, 0.05, 2**20),
        ("Python blocks", [one.blocks for one in warm], 1, 0.02, 0),
        ("resident, KiB", [one.memory for one in warm], 1024, 0.2, 2 * 2**20),
        ("descriptors", [one.descriptors for one in warm], 1, 0.05, 20),
        ("threads", [one.threads for one in warm], 1, 0, 0),
    ):
        middle, up = median(values), rise(values)
        bound = max(share * middle, least)
        figures = (middle, min(values), max(values), up, bound)
        print(f"{name:14}" + "".join(f"{figure / unit:12,.0f}" for figure in figures))
        if up > bound:
            complaints.append(f"{name}: rose by {up / unit:,.0f}, the bound is {bound / unit:,.0f}")
    return complaints
