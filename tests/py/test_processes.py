"""Servers, pools and forks whose parent has used the client before: every process works."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import httpx
import pytest

from real_servers import free_port

if TYPE_CHECKING:
    from openai_native.mock import MockServer

pytestmark = pytest.mark.http1  # what is on the wire makes no difference here

USED = """
    import asyncio, os, sys, threading, time, warnings
    from openai_native import AsyncOpenAI, OpenAI, _core
    client, later = OpenAI(max_retries=0), AsyncOpenAI(max_retries=0)
    ASK = dict(model="gpt-4o", messages=[dict(role="user", content="hi")])

    def ask():
        return client.chat.completions.create(**ASK).choices[0].message.content

    async def ask_later():
        done = await later.chat.completions.create(**ASK)
        return done.choices[0].message.content

    def use():
        ask()
        asyncio.run(ask_later())
"""


def environment(api: MockServer) -> dict[str, str]:
    return {**os.environ, "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": api.base_url}


def run(folder: Path, api: MockServer, body: str, *options: str) -> str:
    """What a program prints that ends well and complains of nothing."""
    path = folder / "program.py"
    path.write_text(dedent(USED) + dedent(body))
    done = subprocess.run(
        [sys.executable, "-W", "error", *options, path],
        env=environment(api),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0 and not done.stderr, (done.stdout, done.stderr)
    return done.stdout


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_after_use(method: str, tmp_path: Path, server: MockServer) -> None:
    told = run(
        tmp_path,
        server,
        """
        import multiprocessing

        def work(number):
            use()
            return number

        if __name__ == "__main__":
            warnings.simplefilter("ignore", DeprecationWarning)
            use()
            with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
                print(sorted(pool.map(work, range(4))))
            use()
        """.replace("sys.argv[1]", repr(method)),
    )
    assert told == "[0, 1, 2, 3]\n"


def test_forks_in_the_middle_of_calls(tmp_path: Path, server: MockServer) -> None:
    """Threads and a loop never rest; whatever they are at, each child is a process like any."""
    told = run(
        tmp_path,
        server,
        """
        warnings.simplefilter("ignore", DeprecationWarning)
        use()
        over = threading.Event()

        def busy():
            while not over.is_set():
                ask()

        def stream():
            while not over.is_set():
                for _ in client.chat.completions.create(**ASK, stream=True):
                    pass

        async def loop():
            while not over.is_set():
                await asyncio.gather(*(ask_later() for _ in range(5)))

        threads = [threading.Thread(target=one) for one in (busy, stream)]
        threads.append(threading.Thread(target=lambda: asyncio.run(loop())))
        for thread in threads:
            thread.start()
        failed = 0
        for number in range(15):
            time.sleep(0.003 * number)
            child = os.fork()
            if child == 0:
                use()
                sys.exit(0)
            failed += os.waitpid(child, 0)[1] != 0
        over.set()
        for thread in threads:
            thread.join()
        use()
        print(failed)
        """,
    )
    assert told == "0\n"


WSGI = """
    use()
    reading = iter(client.chat.completions.create(**ASK, stream=True))
    next(reading)  # a stream of the parent's, which it never reads to its end
    parent = os.getpid()

    def app(environ, start_response):
        slow = dict(ASK, model="mock-fault:delay=0.2")
        done = client.chat.completions.create(**slow)
        asyncio.run(ask_later())
        start_response("200 OK", [])
        return [f"{os.getpid() != parent} {os.getpid()} {done.object}".encode()]
"""


@pytest.mark.forks
def test_gunicorn_preloads(tmp_path: Path, server: MockServer) -> None:
    (tmp_path / "served.py").write_text(dedent(USED) + dedent(WSGI))
    address = f"127.0.0.1:{free_port()}"
    command = ("gunicorn", "served:app", "-b", address, "--preload", "-w", "4")
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=tmp_path,
        env=environment(server),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:

        def get(_: int) -> str:
            try:
                return httpx.get(f"http://{address}/", trust_env=False, timeout=30).text
            except httpx.ConnectError:
                time.sleep(0.05)
                return ""

        workers: set[str] = set()
        deadline = time.monotonic() + 60
        try:
            with ThreadPoolExecutor(8) as pool:
                while len(workers) < 4 and time.monotonic() < deadline:
                    for text in filter(None, pool.map(get, range(8))):
                        found = re.fullmatch(r"True (\d+) chat.completion", text)
                        assert found, text
                        workers.add(found[1])
        finally:
            process.send_signal(signal.SIGTERM)
            _, told = process.communicate(timeout=30)
    assert len(workers) == 4, told
    assert process.returncode == 0 and "Traceback" not in told and "Exception" not in told, told


SESSION = """
    import asyncio, pytest
    from openai_native import AsyncOpenAI

    client = AsyncOpenAI(max_retries=0)

    @pytest.fixture(scope="session")
    def shared():
        return client

    async def ask():
        done = await client.models.list()
        stream = await client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        return done.data and [chunk async for chunk in stream]

    @pytest.mark.parametrize("number", range(3))
    async def test_loop_of_its_own(shared, number):
        assert await ask()

    @pytest.mark.asyncio(loop_scope="session")
    @pytest.mark.parametrize("number", range(3))
    async def test_loop_of_the_session(shared, number):
        assert await ask()

    async def test_left_open(shared):
        stream = await client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        await stream.__anext__()

    async def test_given_up(shared):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.get("/models", cast_to=object, options={
                "headers": {"X-Mock-Fault": "hang"}}), 0.05)

    async def test_after_that(shared):
        assert await ask()
"""


def test_loops_of_pytest(tmp_path: Path, server: MockServer) -> None:
    (tmp_path / "test_session.py").write_text(dedent(SESSION))
    scope = "asyncio_default_fixture_loop_scope=function"
    settings = ("asyncio_mode=auto", scope, "filterwarnings=error")
    options = [word for one in settings for word in ("-o", one)]
    command = ("pytest", "-q", "-p", "no:cacheprovider", *options, "test_session.py")
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=tmp_path,
        env={**environment(server), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0 and "9 passed" in done.stdout, done.stdout + done.stderr
    assert not done.stderr, done.stderr


def test_debug_modes_stay_silent(tmp_path: Path, server: MockServer) -> None:
    """`-X dev` is asyncio's debug mode, the allocator's checks, and all warnings."""
    run(
        tmp_path,
        server,
        """
        import gc
        HANG = {"X-Mock-Fault": "hang"}

        async def several():
            asyncio.get_running_loop().slow_callback_duration = 60
            assert asyncio.get_running_loop().get_debug()
            await asyncio.gather(*(ask_later() for _ in range(20)))
            stream = await later.chat.completions.create(**ASK, stream=True)
            async for _ in stream:
                break
            stream = await later.chat.completions.create(**ASK, stream=True)
            assert [chunk async for chunk in stream]
            for fault in ("status=400", "disconnect=mid-body", "bad-json"):
                try:
                    await later.models.list(extra_headers={"X-Mock-Fault": fault})
                except Exception as error:
                    assert error.__traceback__
            task = asyncio.create_task(later.models.retrieve("gpt-4o", extra_headers=HANG))
            await asyncio.sleep(0.05)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await later.close()

        ask()
        assert list(client.chat.completions.create(**ASK, stream=True))
        client.close()
        asyncio.run(several())
        gc.collect()
        """,
        *("-X", "dev", "-b"),
    )
