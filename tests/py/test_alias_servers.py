"""Alias mode under servers that start their workers themselves."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import httpx
import pytest

from alias_process import PYTHON, environment
from real_servers import free_port

if TYPE_CHECKING:
    from openai_native.mock import MockServer

RUN = (PYTHON, "-m", "openai_native", "run", "-m")

ASGI = """
    from openai import AsyncOpenAI, __file__ as home
    client = AsyncOpenAI()

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        models = await client.models.list()
        text = f"first {home} {len(models.data) > 0}".encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": text})
"""

WSGI = """
    import os
    from openai import OpenAI, __file__ as home
    client = OpenAI()
    parent = os.getpid()
    client.models.list()  # the engine runs before the workers are forked

    def app(environ, start_response):
        models = client.models.list()
        start_response("200 OK", [])
        return [f"{os.getpid() != parent} {home} {len(models.data) > 0}".encode()]
"""


@contextmanager
def running(*command: str, cwd: Path, api: MockServer) -> Iterator[int]:
    port = free_port()
    given = [part.replace("PORT", str(port)) for part in command]
    process = subprocess.Popen(
        [*RUN, *given],
        cwd=cwd,
        env=environment(OPENAI_BASE_URL=api.base_url),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    print(said)


def answer(port: int, wanted: Callable[[str], object]) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            text = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).text
        except httpx.TransportError:
            text = ""
        if wanted(text):
            return text
        time.sleep(0.05)
    raise AssertionError(f"the server does not answer as wanted, but {text!r}")


def test_uvicorn_reloads(tmp_path: Path, server: MockServer) -> None:
    (tmp_path / "served.py").write_text(dedent(ASGI))
    uvicorn = ("uvicorn", "served:app", "--port", "PORT", "--reload", "--reload-delay", "0.05")
    with running(*uvicorn, cwd=tmp_path, api=server) as port:
        assert re.fullmatch(r"first .*openai_native.* True", answer(port, bool))
        (tmp_path / "served.py").write_text(dedent(ASGI).replace("first", "second"))
        text = answer(port, lambda text: text.startswith("second"))
    assert re.fullmatch(r"second .*openai_native.* True", text)


@pytest.mark.forks
def test_gunicorn_forks(tmp_path: Path, server: MockServer) -> None:
    (tmp_path / "served.py").write_text(dedent(WSGI))
    gunicorn = ("gunicorn", "served:app", "-b", "127.0.0.1:PORT", "--preload", "-w", "2")
    with running(*gunicorn, cwd=tmp_path, api=server) as port:
        assert re.fullmatch(r"True .*openai_native.* True", answer(port, bool))


def test_gunicorn_with_uvicorn_workers(tmp_path: Path, server: MockServer) -> None:
    (tmp_path / "served.py").write_text(dedent(ASGI))
    worker = ("-k", "uvicorn.workers.UvicornWorker")
    gunicorn = ("gunicorn", "served:app", "-b", "127.0.0.1:PORT", *worker)
    with running(*gunicorn, cwd=tmp_path, api=server) as port:
        assert re.fullmatch(r"first .*openai_native.* True", answer(port, bool))
