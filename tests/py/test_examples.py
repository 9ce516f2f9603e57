"""Every program in examples/ runs as written against the local server."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from openai_native.mock import MockServer
from real_servers import free_port

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TIMEOUT = 60.0


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with MockServer() as server:
        yield server.base_url


def environment(base_url: str) -> dict[str, str]:
    return {**os.environ, "OPENAI_API_KEY": "sk-example", "OPENAI_BASE_URL": base_url}


def run(name: str, base_url: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name)],
        env=environment(base_url),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


# What each program's output has to match, so that a program that prints nothing fails.
SCRIPTS = {
    "basic.py": r"\w+",
    "synchronous.py": r"\w.*\n\w.*\n(-> \w.*\n){4}",
    "gather_prompts.py": r"(.+ -> \S.*\n){4}",
    "streaming.py": r"\w+[\s\S]*\n\d+ tokens\n",
    "async_with.py": r"\S[\s\S]*closed: True\n",
    "aiohttp_client.py": r"\w+",
    "errors.py": (
        r"No error with gpt-4o-mini\n"
        r"Another non-200-range status code was received: 404 model_not_found\n"
        r"  request id: True\n"
        r"A 429 status code was received; [\s\S]*"
        r"The server could not be reached: APIConnectionError\n  because of .*Connect.*\n"
    ),
    "rate_limiter.py": r"20 answers, [1-9]\d* tokens\n",
    "pagination.py": (
        r"[1-9]\d+ jobs\nwill fetch next page using these details: .*\n"
        r"number of items we just fetched: 20\n[1-9]\d* pages\n"
    ),
    "task_group.py": r"(fact-\d \S.*\n){5}",
    "semaphore.py": r"100 of 100 classified\n",
    "as_completed.py": r"([ \d]{2}/10 question \d: \S.*\n){10}",
}
SERVERS = {"fastapi_app.py", "fastapi_on_event.py", "sanic_app.py"}


def test_no_example_is_left_out() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == set(SCRIPTS) | SERVERS


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_script(name: str, base_url: str) -> None:
    if name == "task_group.py" and sys.version_info < (3, 11):
        pytest.skip("asyncio.TaskGroup came with Python 3.11")
    output = run(name, base_url)
    assert re.fullmatch(SCRIPTS[name], output) or re.match(SCRIPTS[name], output), output


@contextmanager
def serving(command: list[str], port: int, base_url: str) -> Iterator[str]:
    """A server program in its own process; it has to come up, and to end cleanly on SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=environment(base_url),
        cwd=EXAMPLES,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < deadline, "the server did not come up"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=TIMEOUT)[0]
    assert "Traceback" not in output, output


def uvicorn(module: str, port: int) -> list[str]:
    return ["uvicorn", f"{module}:app", "--port", str(port), "--log-level", "warning"]


def test_fastapi(base_url: str) -> None:
    port = free_port()
    with serving(uvicorn("fastapi_app", port), port, base_url) as url:
        answer = httpx.post(f"{url}/chat", json={"text": "Hello"})
        assert answer.status_code == 200 and answer.json()["answer"]
        with httpx.stream("POST", f"{url}/stream", json={"text": "Hello"}) as streamed:
            assert streamed.status_code == 200
            assert len(streamed.read()) > 0
        missing = httpx.post(f"{url}/chat", json={"text": "Hello", "model": "missing-model"})
        assert missing.status_code == 404


def test_fastapi_serves_many_at_once(base_url: str) -> None:
    port = free_port()

    async def ask_many(url: str) -> list[httpx.Response]:
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            calls = [client.post(f"{url}/chat", json={"text": f"Number {i}"}) for i in range(50)]
            return list(await asyncio.gather(*calls))

    with serving(uvicorn("fastapi_app", port), port, base_url) as url:
        assert [r.status_code for r in asyncio.run(ask_many(url))] == [200] * 50


def test_fastapi_on_event(base_url: str) -> None:
    port = free_port()
    with serving(uvicorn("fastapi_on_event", port), port, base_url) as url:
        assert httpx.get(f"{url}/ask", params={"q": "Hello"}).json()["answer"]


def test_sanic(base_url: str) -> None:
    port = free_port()
    command = ["sanic", "sanic_app:app", "--port", str(port), "--single-process", "--no-motd"]
    with serving(command, port, base_url) as url:
        assert httpx.post(f"{url}/chat", json={"text": "Hello"}).json()["answer"]
        assert httpx.post(f"{url}/stream", json={"text": "Hello"}).text
