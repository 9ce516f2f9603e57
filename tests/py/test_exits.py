"""How programs end while calls are under way: with the right status, soon, and without a word.

What is tested here are the states that test_lifecycle.py and test_sync_process.py do not have.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from programs import run_whole
from ws_server import WsServer

if TYPE_CHECKING:
    from openai_native.mock import MockServer

PROGRAM = """
import asyncio, atexit, os, signal, sys, threading, time
from openai_native import AsyncOpenAI, OpenAI, _core
client = AsyncOpenAI(base_url={url!r}, api_key="k", max_retries=0)
blocking = OpenAI(base_url={url!r}, api_key="k", max_retries=0)
ASK = dict(model="gpt-4o", messages=[dict(role="user", content="hi")])
HANG = dict(ASK, model="mock-fault:hang")
HALF = dict(ASK, model="mock-fault:hang=2", stream=True)
create = client.chat.completions.create

async def half():
    stream = await create(**HALF)
    await stream.__anext__()
    return stream

async def opened():
    return await client.realtime.connect(model="m").enter()

async def under_way():
    # Two calls that wait, one stream that is read and one that is not.
    async def read():
        async for _ in await create(**HALF):
            pass
    tasks = [asyncio.create_task(work) for work in (create(**HANG), create(**HANG), read())]
    stream = await half()
    while _core.live_objects()["calls"] < 4:
        await asyncio.sleep(0.001)
    return tasks, stream
"""

ENDINGS = {
    "sys.exit in a task": (
        3,
        """
        async def main():
            kept = await under_way()
            sys.exit(3)
        asyncio.run(main())
        """,
    ),
    "sys.exit in a callback of the loop": (
        4,
        """
        async def main():
            kept = await under_way()
            asyncio.get_running_loop().call_soon(sys.exit, 4)
            await asyncio.sleep(60)
        asyncio.run(main())
        """,
    ),
    "sys.exit in the callback of a call's task": (
        5,
        """
        async def main():
            kept = await under_way()
            task = asyncio.create_task(create(**ASK))
            task.add_done_callback(lambda _: sys.exit(5))
            await asyncio.sleep(60)
        asyncio.run(main())
        """,
    ),
    "sys.exit while a stream is read": (
        6,
        """
        async def main():
            kept = await under_way()
            async for _ in await create(**HALF):
                sys.exit(6)
        asyncio.run(main())
        """,
    ),
    "os._exit": (
        7,
        """
        async def main():
            kept = await under_way()
            os._exit(7)
        asyncio.run(main())
        """,
    ),
    "os.abort": (
        -signal.SIGABRT,
        """
        import faulthandler; faulthandler.disable()
        async def main():
            kept = await under_way()
            os.abort()
        asyncio.run(main())
        """,
    ),
    "the end of asyncio.run": (
        0,
        """
        kept = asyncio.run(under_way())
        """,
    ),
    "a loop that was never closed": (
        0,
        """
        loop = asyncio.new_event_loop()
        kept = loop.run_until_complete(under_way())
        for task in kept[0]:
            task._log_destroy_pending = False
        atexit.register(loop.close)  # else it complains itself
        """,
    ),
    "a client and a stream in a cycle with the module": (
        0,
        """
        kept = asyncio.run(under_way())
        sys.kept = sys.modules[__name__].itself = (kept, client, sys)
        """,
    ),
    "a daemon thread with a loop": (
        0,
        """
        async def waits():
            kept = await under_way()
            await asyncio.sleep(60)
        threading.Thread(target=lambda: asyncio.run(waits()), daemon=True).start()
        while _core.live_objects()["calls"] < 4:
            time.sleep(0.001)
        """,
    ),
    "daemon threads that wait": (
        0,
        """
        reads = lambda: [None for _ in blocking.chat.completions.create(**HALF)]
        waits = lambda: blocking.chat.completions.create(**HANG)
        for work in (reads, waits):
            threading.Thread(target=work, daemon=True).start()
        while _core.live_objects()["calls"] < 2:
            time.sleep(0.001)
        """,
    ),
    "sys.exit in a thread, a stream open in the main one": (
        0,
        """
        events = blocking.chat.completions.create(**HALF)
        next(events)
        def leaves():
            blocking.chat.completions.create(**ASK)
            sys.exit(8)
        thread = threading.Thread(target=leaves)
        thread.start()
        thread.join()
        """,
    ),
    "the default action of SIGTERM": (
        -signal.SIGTERM,
        """
        async def main():
            kept = await under_way()
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(60)
        asyncio.run(main())
        """,
    ),
    "SIGTERM taken by the loop": (
        9,
        """
        async def main():
            kept = await under_way()
            leave = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leave.set)
            os.kill(os.getpid(), signal.SIGTERM)
            await leave.wait()
            sys.exit(9)
        asyncio.run(main())
        """,
    ),
    "SIGALRM while a thread waits": (
        10,
        """
        signal.signal(signal.SIGALRM, lambda *_: sys.exit(10))
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        blocking.chat.completions.create(**HANG)
        """,
    ),
    "KeyboardInterrupt in asyncio.run, caught": (
        130,
        """
        signal.signal(signal.SIGINT, signal.default_int_handler)
        async def main():
            kept = await under_way()
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.gather(*kept[0])
        try:
            asyncio.run(main())
        except KeyboardInterrupt:
            sys.exit(130)
        """,
    ),
    "clients closed by exit handlers": (
        0,
        """
        kept = asyncio.run(under_way())
        atexit.register(blocking.close)
        atexit.register(lambda: asyncio.run(client.close()))
        """,
    ),
    "streams closed by finalizers": (
        0,
        """
        class Keeper:
            def __init__(self, stream): self.stream = stream
            def __del__(self): self.stream.close()
        kept = Keeper(blocking.chat.completions.create(**HALF))
        sys.kept = kept  # goes when the modules do
        """,
    ),
}


# With a WebSocket that is open.
SOCKET_ENDINGS = {
    "the end of asyncio.run": (
        0,
        """
        kept = asyncio.run(opened())
        """,
    ),
    "sys.exit while one waits": (
        3,
        """
        async def main():
            kept = await opened()
            waiting = asyncio.create_task(kept.recv())
            await asyncio.sleep(0.01)
            sys.exit(3)
        asyncio.run(main())
        """,
    ),
    "a daemon thread that waits": (
        0,
        """
        kept = blocking.realtime.connect(model="m").enter()
        threading.Thread(target=kept.recv, daemon=True).start()
        time.sleep(0.05)
        """,
    ),
    "a daemon thread with a loop": (
        0,
        """
        ready = threading.Event()
        async def wait():
            kept = await opened()
            ready.set()
            await kept.recv()
        threading.Thread(target=lambda: asyncio.run(wait()), daemon=True).start()
        ready.wait(30)
        """,
    ),
    "KeyboardInterrupt while one waits": (
        130,
        """
        signal.signal(signal.SIGINT, signal.default_int_handler)
        kept = blocking.realtime.connect(model="m").enter()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            kept.recv()
        except KeyboardInterrupt:
            sys.exit(130)
        """,
    ),
}


def program(url: str, body: str) -> str:
    return PROGRAM.format(url=url) + textwrap.dedent(body)


@pytest.mark.parametrize("ending", ENDINGS)
def test_ends(server: MockServer, ending: str) -> None:
    status, body = ENDINGS[ending]
    run_whole(program(server.base_url, body), fine=status)


@pytest.mark.parametrize("ending", SOCKET_ENDINGS)
def test_ends_with_an_open_socket(ending: str) -> None:
    status, body = SOCKET_ENDINGS[ending]
    with WsServer() as silent:
        run_whole(program(silent.url, body), fine=status)


def test_exception_at_import(server: MockServer) -> None:
    """The traceback of the program's own error, and nothing else."""
    body = """
    kept = asyncio.run(under_way())
    raise RuntimeError("the program's own")
    """
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program(server.base_url, body)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0].startswith("Traceback") and lines[-1] == "RuntimeError: the program's own"
    assert len([line for line in lines if not line.startswith(" ")]) == 2, done.stderr
