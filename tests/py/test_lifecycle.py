"""Loops that come and go, threads, forks, interpreter exit: nothing hangs, leaks or prints."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import socket
import textwrap
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from openai_native import APIConnectionError, AsyncOpenAI, _core
from programs import run_whole

if TYPE_CHECKING:
    from openai_native.mock import MockServer

try:
    import uvloop
except ImportError:
    uvloop = None  # type: ignore[assignment]

MESSAGES: Any = [{"role": "user", "content": "hi"}]

LOOPS: list[Callable[[], asyncio.AbstractEventLoop]] = [asyncio.new_event_loop]
if uvloop is not None:
    LOOPS.append(uvloop.new_event_loop)


class NoReader(asyncio.SelectorEventLoop):
    """A loop like Windows' proactor: it has no add_reader for its users."""

    def add_reader(self, *args: Any) -> Any:
        raise NotImplementedError


@pytest.fixture
def shared(server: MockServer) -> Iterator[AsyncOpenAI]:
    """One client for many loops."""
    client = AsyncOpenAI(base_url=server.base_url, api_key="k")
    yield client
    asyncio.run(client.close())


async def ask(client: AsyncOpenAI, times: int = 1) -> None:
    for _ in range(times):
        done = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
        assert done.choices[0].message.content


def run(loop: asyncio.AbstractEventLoop, work: Any) -> None:
    try:
        loop.run_until_complete(work)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


@pytest.mark.parametrize("make", LOOPS)
def test_many_loops_in_a_row(shared: AsyncOpenAI, make: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        descriptors = None
        for number in range(12):
            loop = make()
            seen = weakref.ref(loop)
            run(loop, ask(shared))
            del loop
            gc.collect()
            assert seen() is None, "a closed loop is kept alive"
            if number == 2:
                descriptors = len(os.listdir("/proc/self/fd"))
        assert len(os.listdir("/proc/self/fd")) <= (descriptors or 0) + 1


@pytest.mark.parametrize("make", LOOPS)
def test_loops_in_threads(shared: AsyncOpenAI, make: Any) -> None:
    with ThreadPoolExecutor(10) as pool:
        for done in [pool.submit(run, make(), ask(shared, 10)) for _ in range(10)]:
            done.result(timeout=30)


def test_loop_without_add_reader(shared: AsyncOpenAI) -> None:
    before = threading.active_count()
    loop = NoReader()
    run(loop, asyncio.wait_for(ask(shared, 20), 20))
    del loop
    gc.collect()
    for _ in range(100):
        if threading.active_count() <= before:
            break
        threading.Event().wait(0.01)
    assert threading.active_count() <= before


def test_loop_closed_with_calls_in_flight(shared: AsyncOpenAI) -> None:
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)
    tasks = [loop.create_task(ask(shared)) for _ in range(3)]
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert _core.live_objects()["waiting"] == 0
        for task in tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        tasks.clear()
        del loop
        gc.collect()


def test_stop_engine_fails_calls_and_starts_again(shared: AsyncOpenAI) -> None:
    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            other = AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="k", max_retries=0)
            task = asyncio.create_task(ask(other))
            await asyncio.sleep(0.05)
            await asyncio.to_thread(_core.stop_engine)
            with pytest.raises(APIConnectionError, match="exiting or has forked"):
                await asyncio.wait_for(task, 5)
        await ask(shared)
        await other.close()

    asyncio.run(main())


async def test_cancel_storm(client: AsyncOpenAI) -> None:
    """Calls and streams given up at any stage leave the client as it was."""
    chance = random.Random(5)

    async def one(how: float) -> None:
        if how < 0.4:
            return await ask(client)
        stream = await client.chat.completions.create(
            model="gpt-4o", messages=MESSAGES, stream=True
        )
        left = chance.randrange(12)
        async for _ in stream:
            left -= 1
            if left == 0:
                break

    loop = asyncio.get_running_loop()
    for _ in range(6):
        tasks = [asyncio.create_task(one(chance.random())) for _ in range(50)]
        for task in chance.sample(tasks, 25):
            loop.call_later(chance.random() * 0.02, task.cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
        assert all(task.cancelled() or task.exception() is None for task in tasks)
    await ask(client, 5)


PROGRAM = """
import asyncio, os, sys, gc, threading, warnings
from openai_native import AsyncOpenAI
URL = {url!r}
MESSAGES = [{{"role": "user", "content": "hi"}}]
client = AsyncOpenAI(base_url=URL, api_key="k")

async def ask(times=1):
    for _ in range(times):
        await client.chat.completions.create(model="gpt-4o", messages=MESSAGES)

async def hang():
    # A stream nobody reads to its end, and calls nobody awaits.
    stream = await client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)
    await stream.__anext__()
    return stream
"""


def run_program(server: MockServer, body: str, *, fine: int = 0) -> str:
    return run_whole(PROGRAM.format(url=server.base_url) + textwrap.dedent(body), fine=fine)


def test_exit_after_calls(server: MockServer) -> None:
    run_program(server, "asyncio.run(ask(3))")


def test_exit_without_closing_anything(server: MockServer) -> None:
    run_program(server, "stream = asyncio.run(hang())")


def test_exit_with_calls_in_flight(server: MockServer) -> None:
    run_program(
        server,
        """
        import socket
        silent = socket.create_server(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        client = AsyncOpenAI(base_url="http://127.0.0.1:%d/v1" % port, api_key="k")
        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda *_: None)
        tasks = [loop.create_task(ask()) for _ in range(50)]
        loop.run_until_complete(asyncio.sleep(0.05))
        for task in tasks:
            task._log_destroy_pending = False
        sys.stdout.flush()
        silent.close()
        loop.close()
        """,
    )


def test_exit_from_inside_a_call(server: MockServer) -> None:
    run_program(
        server,
        """
        async def main():
            tasks = [asyncio.create_task(ask()) for _ in range(20)]
            await asyncio.sleep(0)
            sys.exit(3)
        asyncio.run(main())
        """,
        fine=3,
    )


def test_exit_while_threads_still_run_loops(server: MockServer) -> None:
    run_program(
        server,
        """
        def work():
            try:
                asyncio.run(ask(10_000))
            except BaseException:
                pass
        for _ in range(3):
            threading.Thread(target=work, daemon=True).start()
        asyncio.run(ask(5))
        """,
    )


def test_exit_under_busy_daemon_threads(server: MockServer) -> None:
    """Whatever they are at, in Python or in the core, they end with the process and say nothing."""
    for pause in (0.3, 0.5):
        run_program(
            server,
            f"""
            async def forever():
                while True:
                    stream = await client.chat.completions.create(
                        model="gpt-4o", messages=MESSAGES, stream=True
                    )
                    async for _ in stream:
                        pass
                    await ask()
            async def several():
                await asyncio.gather(*(forever() for _ in range(5)))
            for _ in range(4):
                threading.Thread(target=asyncio.run, args=(several(),), daemon=True).start()
            threading.Event().wait({pause})
            """,
        )


def test_calls_from_exit_handlers(server: MockServer) -> None:
    told = run_program(
        server,
        """
        import atexit
        # Registered before the core's own handler ran for the first time, so it runs after it.
        atexit.register(lambda: asyncio.run(ask()) or print("after"))
        asyncio.run(ask())
        """,
    )
    assert told == "after\n"


@pytest.mark.forks
def test_fork_with_calls_in_flight(server: MockServer) -> None:
    told = run_program(
        server,
        """
        async def parent():
            tasks = [asyncio.create_task(ask(3)) for _ in range(20)]
            await asyncio.sleep(0.01)
            warnings.simplefilter("ignore")
            child = os.fork()
            if child == 0:
                return 0
            await asyncio.gather(*tasks)
            _, status = await asyncio.to_thread(os.waitpid, child, 0)
            assert status == 0, status
            return 1

        def in_child():
            # The parent's loop is not ours: a new one in this process.
            asyncio.events._set_running_loop(None)
            asyncio.run(ask(5))
            print("child", flush=True)
            os._exit(0)

        loop = asyncio.new_event_loop()
        task = loop.create_task(parent())
        if loop.run_until_complete(task) == 0:
            in_child()
        print("parent", flush=True)
        loop.close()
        """,
    )
    assert told == "child\nparent\n"


def test_child_that_exits_under_the_loop_it_was_forked_in(server: MockServer) -> None:
    run_program(
        server,
        """
        async def stuck():
            await client.chat.completions.create(
                model="gpt-4o", messages=MESSAGES, extra_headers={"X-Mock-Fault": "hang"}
            )
        async def main():
            tasks = [asyncio.create_task(stuck()) for _ in range(20)]
            stream = await hang()
            await asyncio.sleep(0.05)
            warnings.simplefilter("ignore")
            child = os.fork()
            if child == 0:
                sys.exit(0)
            # Without the loop: its selector is shared with the child, which has closed it.
            _, status = os.waitpid(child, 0)
            assert status == 0, status
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await stream.close()
        asyncio.run(main())
        """,
    )


@pytest.mark.forks
def test_fork_before_and_after_use(server: MockServer) -> None:
    told = run_program(
        server,
        """
        warnings.simplefilter("ignore")
        def forked():
            child = os.fork()
            if child == 0:
                asyncio.run(ask(3))
                print("child", flush=True)
                sys.exit(0)
            _, status = os.waitpid(child, 0)
            assert status == 0, status
        forked()
        asyncio.run(ask(3))
        forked()
        asyncio.run(ask(3))
        print("parent", flush=True)
        """,
    )
    assert told == "child\nchild\nparent\n"


def test_multiprocessing(server: MockServer) -> None:
    told = run_program(
        server,
        """
        import multiprocessing
        warnings.simplefilter("ignore")
        def work(number):
            asyncio.run(ask(2))
            return number
        asyncio.run(ask())
        with multiprocessing.get_context("fork").Pool(3) as pool:
            print(sorted(pool.map(work, range(6))))
        asyncio.run(ask())
        """,
    )
    assert told == "[0, 1, 2, 3, 4, 5]\n"


def test_subprocess_while_calling(server: MockServer) -> None:
    run_program(
        server,
        """
        async def main():
            task = asyncio.create_task(ask(30))
            for _ in range(5):
                process = await asyncio.create_subprocess_exec("true")
                assert await process.wait() == 0
            await task
        asyncio.run(main())
        """,
    )
