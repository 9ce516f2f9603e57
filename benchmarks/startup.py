"""Import time, memory and client construction beside the official package, in new processes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

PROGRAM = """
import json, resource, time
start = time.perf_counter()
import {module} as package
package.AsyncOpenAI
imported = time.perf_counter() - start
package.AsyncOpenAI(api_key="k")
start = time.perf_counter()
for _ in range(200):
    package.AsyncOpenAI(api_key="k")
built = (time.perf_counter() - start) / 200
rss = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
print(json.dumps(dict(imported=imported, built=built, rss=rss)))
"""
BASELINE = """
import resource
print(int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize())
"""


def sample(module: str, runs: int) -> dict[str, float]:
    """Medians over `runs` new processes: import seconds, construction seconds, resident bytes."""
    results = []
    for _ in range(runs):
        program = PROGRAM.format(module=module)
        output = subprocess.check_output([sys.executable, "-c", program], text=True)
        results.append(json.loads(output))
    return {key: statistics.median(r[key] for r in results) for key in results[0]}


def main(runs: int = 7) -> None:
    empty = int(subprocess.check_output([sys.executable, "-c", BASELINE], text=True))
    ours, theirs = sample("openai_native", runs), sample("openai", runs)
    print("\nstart-up (medians of", runs, "processes)")
    print(f"{'':26}{'native':>12}{'official':>12}{'ratio':>9}")
    for key, label, scale, base in (
        ("imported", "import and class, ms", 1e3, 0),
        ("built", "client construction, us", 1e6, 0),
        ("rss", "memory above empty, MiB", 1 / 2**20, empty),
    ):
        a, b = (ours[key] - base) * scale, (theirs[key] - base) * scale
        print(f"{label:26}{a:12.2f}{b:12.2f}{b / a:8.1f}x")


if __name__ == "__main__":
    main()
