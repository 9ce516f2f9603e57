"""Instructions that a call costs, by valgrind: the same on a busy machine as on a quiet one.

python benchmarks/instructions.py                          # the installed package
python benchmarks/instructions.py build/before build/now   # from pip install --target
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile

from openai_native.mock import MockServer

FEW, MANY = 100, 600
CALL = {
    "call": "await client.chat.completions.create(**CHAT)",
    "stream": "async for _ in await client.chat.completions.create(**CHAT, stream=True): pass",
    "models": "await client.models.retrieve('gpt-4o')",
}
PROGRAM = """
import asyncio, gc, sys
from openai_native import AsyncOpenAI
CHAT = dict(model="gpt-4o", messages=[{{"role": "user", "content": "hello"}}])
async def main():
    async with AsyncOpenAI(base_url=sys.argv[1], api_key="k") as client:
        for _ in range(int(sys.argv[2])):
            {call}
gc.disable()
asyncio.run(main())
"""


def instructions(site: str | None, url: str, call: str, times: int) -> int:
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    if site:
        environment["PYTHONPATH"] = site
    with tempfile.TemporaryDirectory() as kept:
        program = [sys.executable, "-c", PROGRAM.format(call=CALL[call]), url, str(times)]
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={kept}/out", *program],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    found = re.search(r"Collected : (\d+)", done.stderr)
    assert found, done.stderr
    return int(found[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("sites", nargs="*", help="directories of installed packages to compare")
    sites = parser.parse_args().sites or [None]
    with MockServer() as server:
        for call in CALL:
            first = 0.0
            for site in sites:
                few, many = (instructions(site, server.base_url, call, n) for n in (FEW, MANY))
                cost = (many - few) / (MANY - FEW)
                first = first or cost
                print(
                    f"{call:8} {site or 'installed':40} {cost:12,.0f} {cost / first:8.3f}x",
                    flush=True,
                )


if __name__ == "__main__":
    main()
