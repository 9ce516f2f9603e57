"""1,000 calls at once from a client that has no connection yet, over TLS, clients in turn.

usage: cold_burst.py [--calls N] [--rounds N] [--server nghttpx|nginx|h2o|caddy]

The server in front of the local mock speaks HTTP/2 to those who can.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "py"))
CLIENTS = ("native", "official", "official[aiohttp]")
MESSAGES: Any = [{"role": "user", "content": "Hello"}]


def client_of(name: str, url: str) -> Any:
    if name == "native":
        from openai_native import AsyncOpenAI

        return AsyncOpenAI(base_url=url, api_key="k", max_retries=0)
    from openai import AsyncOpenAI as Official
    from openai import DefaultAioHttpClient

    http = DefaultAioHttpClient() if name == "official[aiohttp]" else None
    return Official(base_url=url, api_key="k", max_retries=0, http_client=http)


async def one(client: Any, stream: bool) -> None:
    answer = await client.chat.completions.create(
        model="gpt-4o-mini", messages=MESSAGES, stream=stream
    )
    if stream:
        async for _chunk in answer:
            pass


async def burst(name: str, url: str, calls: int, stream: bool) -> None:
    client = client_of(name, url)
    wall, cpu = time.perf_counter(), time.process_time()
    results = await asyncio.gather(
        *(one(client, stream) for _ in range(calls)), return_exceptions=True
    )
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    errors = sum(isinstance(result, BaseException) for result in results)
    connections = client.stats().connections if name == "native" else None
    print(json.dumps({"wall": wall, "cpu": cpu, "errors": errors, "connections": connections}))
    await client.close()


def measured(name: str, url: str, calls: int, stream: bool, ca_file: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--worker", name, url, str(calls), str(int(stream))]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "SSL_CERT_FILE": ca_file}
    )
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--server", default="nghttpx")
    options = parser.parse_args()

    from h2_servers import in_front_of
    from openai_native.mock import MockServer

    with MockServer() as mock, tempfile.TemporaryDirectory() as root:
        upstream = urlsplit(mock.base_url).port
        assert upstream is not None
        with in_front_of(upstream, options.server, Path(root)) as server:
            print(f"{options.calls} calls at once, cold, TLS, {options.server}")
            print(f"{'':28}{'CPU s':>8}{'ratio':>8}{'wall s':>8}{'ratio':>8}  errors  connections")
            for stream in (False, True):
                rounds = [
                    {
                        c: measured(c, server.url, options.calls, stream, server.ca_file)
                        for c in CLIENTS
                    }
                    for _ in range(options.rounds)
                ]
                show("streams" if stream else "unary", rounds)


def show(mode: str, rounds: list[dict[str, Any]]) -> None:
    ours: dict[str, float] = {}
    for name in CLIENTS:
        row = f"{mode:8}{name:20}"
        for key in ("cpu", "wall"):
            value = statistics.median(each[name][key] for each in rounds)
            ours.setdefault(key, value)
            row += f"{value:8.3f}{value / ours[key]:7.1f}x"
        errors = sum(each[name]["errors"] for each in rounds)
        connections = rounds[-1][name]["connections"]
        print(f"{row}{errors:8}  {'' if connections is None else connections}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        _, _, name, url, calls, stream = sys.argv
        asyncio.run(burst(name, url, int(calls), stream == "1"))
    else:
        main()
