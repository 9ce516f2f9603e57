"""Runs the fuzz targets of build/fuzz for a while, as many at a time as there are cores, and prints
a table of what they did.

    python tools/run_fuzz.py --seconds 60 [--jobs 2] [--seed 1] [target ...]

With a seed and an empty corpus a run does what the last one did: that is for checks of a change,
which should fail by the change. What they find new is kept in build/fuzz/corpus for the next run;
an input that crashes lands in build/fuzz/crashes. Once mended it belongs into tests/fuzz/seeds.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "fuzz"
SEEDS = ROOT / "tests" / "fuzz" / "seeds"


@dataclass
class Outcome:
    target: str
    executions: int
    edges: int
    corpus: int
    exit_code: int
    log: str

    @property
    def clean(self) -> bool:
        return self.exit_code == 0


def run(target: str, seconds: int, seed: int) -> Outcome:
    corpus, crashes = BUILD / "corpus" / target, BUILD / "crashes" / target
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    command = [
        str(BUILD / "tests" / "fuzz" / f"fuzz_{target}"),
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-detect_leaks=1",
        f"-artifact_prefix={crashes}/",
        str(corpus),
        str(SEEDS / target),
    ]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    progress = re.findall(r"cov: (\d+).*?corp: (\d+)", done.stderr)
    edges, kept = progress[-1] if progress else (0, 0)
    executed = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    return Outcome(
        target,
        int(executed[1]) if executed else 0,
        int(edges),
        int(kept),
        done.returncode,
        done.stderr,
    )


def show(outcomes: list[Outcome]) -> None:
    print(f"{'target':<14}{'executions':>12}{'edges':>8}{'corpus':>8}  result")
    for each in sorted(outcomes, key=lambda outcome: outcome.target):
        result = "clean" if each.clean else f"FAILED, see {BUILD}/crashes/{each.target}"
        row = f"{each.target:<14}{each.executions:>12,}{each.edges:>8,}{each.corpus:>8,}"
        print(f"{row}  {result}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2, help="targets at a time")
    parser.add_argument("--seed", type=int, default=0, help="0: another one every time")
    parser.add_argument("targets", nargs="*", help="all, unless some are named")
    given = parser.parse_args()
    targets = given.targets or sorted(folder.name for folder in SEEDS.iterdir())
    with ThreadPoolExecutor(given.jobs) as pool:
        outcomes = list(pool.map(lambda target: run(target, given.seconds, given.seed), targets))
    for each in outcomes:
        if not each.clean:
            print(f"--- {each.target}\n{each.log[-4000:]}", file=sys.stderr)
    show(outcomes)
    return int(not all(each.clean for each in outcomes))


if __name__ == "__main__":
    sys.exit(main())
