"""Ctrl-C, fork and exit under calls that threads wait for: nothing hangs, leaks or prints."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import pytest

from programs import run_whole

if TYPE_CHECKING:
    from openai_native.mock import MockServer

PROGRAM = """
import gc, os, signal, sys, threading, time, warnings
from openai_native import OpenAI, _core
MESSAGES = [{{"role": "user", "content": "hi"}}]
client = OpenAI(base_url={url!r}, api_key="k", max_retries=0)

def ask(times=1, model="gpt-4o"):
    for _ in range(times):
        client.chat.completions.create(model=model, messages=MESSAGES)

def stream(model="gpt-4o"):
    return client.chat.completions.create(model=model, messages=MESSAGES, stream=True)

def wait_for_calls(number):
    while _core.live_objects()["calls"] < number:
        time.sleep(0.01)

def left():
    client.close()
    gc.collect()
    deadline = time.monotonic() + 2
    while any(_core.live_objects().values()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return _core.live_objects()
"""


def run_program(server: MockServer, body: str, *, fine: int = 0, head: str = "") -> str:
    program = f"{head}\n" + PROGRAM.format(url=server.base_url) + textwrap.dedent(body)
    return run_whole(program, fine=fine)


@pytest.mark.parametrize("what", ["call", "stream"])
def test_ctrl_c(server: MockServer, what: str) -> None:
    waits = {
        "call": "ask(model='mock-fault:hang')",
        "stream": "[part for part in stream('mock-fault:tokens=100000;drip=0.05')]",
    }
    program = PROGRAM.format(url=server.base_url) + textwrap.dedent(
        f"""
        # A job in the background is started with SIGINT ignored, and then Python leaves it so.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        ask()
        print("ready", flush=True)
        try:
            {waits[what]}
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        assert not any(left().values()), left()
        """
    )
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "interrupted\n"
        assert child.wait(10) == 0


def test_signal_handlers_run_while_waiting(server: MockServer) -> None:
    told = run_program(
        server,
        """
        seen = []
        signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        ask(model="mock-fault:delay=0.5")
        print(seen)
        """,
    )
    assert told == "[1]\n"


def test_error_of_a_signal_handler_ends_the_call(server: MockServer) -> None:
    run_program(
        server,
        """
        class Enough(Exception): ...
        def stop(*_):
            raise Enough
        signal.signal(signal.SIGALRM, stop)
        # Types are imported now: an alarm in the middle of that may strike where Python cannot
        # raise, such as the weak references of its import locks.
        ask()
        list(stream())
        reads = lambda: list(stream("mock-fault:hang=2"))
        for wait in (lambda: ask(model="mock-fault:hang"), reads):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            try:
                wait()
            except Enough:
                continue
            sys.exit(1)
        assert not any(left().values()), left()
        """,
    )


def test_exit_with_daemon_threads_waiting(server: MockServer) -> None:
    run_program(
        server,
        """
        def wait():
            ask(model="mock-fault:hang")
        def read():
            for _ in stream("mock-fault:hang=2"): pass
        def busy():
            while True: ask()
        for work in (wait, read, busy, busy):
            threading.Thread(target=work, daemon=True).start()
        wait_for_calls(2)
        time.sleep(0.3)
        """,
    )


def test_exit_handlers_can_wait_for_such_a_thread(server: MockServer) -> None:
    told = run_program(
        server,
        """
        def wait():
            try:
                ask(model="mock-fault:hang")
            except Exception as error:
                print(type(error).__name__, flush=True)
        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        wait_for_calls(1)
        """,
        # Handlers run backwards: this one is there before the core's own.
        head="import atexit; atexit.register(lambda: thread.join())",
    )
    assert told == "APIConnectionError\n"


def test_calls_from_exit_handlers(server: MockServer) -> None:
    told = run_program(
        server,
        """
        import atexit
        @atexit.register
        def last_words():
            ask()
            print("said", flush=True)
        ask()
        """,
    )
    assert told == "said\n"


@pytest.mark.forks
def test_fork(server: MockServer) -> None:
    """Also while another thread waits, and with a stream of the parent's."""
    told = run_program(
        server,
        """
        warnings.simplefilter("ignore")
        ask()
        open_stream = stream("mock-fault:tokens=20;drip=0.05")
        next(open_stream)
        waiter = threading.Thread(target=ask, args=(1, "mock-fault:delay=0.5"))
        waiter.start()
        wait_for_calls(2)
        child = os.fork()
        if child == 0:
            try:
                next(open_stream)
            except RuntimeError as error:
                print(error, flush=True)
            del open_stream
            ask(3)
            print("child", flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert status == 0, status
        waiter.join()
        sum(1 for _ in open_stream)
        print("parent", flush=True)
        """,
    )
    assert told == "this stream belongs to the parent process\nchild\nparent\n"


def test_child_forked_by_a_thread_can_be_interrupted(server: MockServer) -> None:
    told = run_program(
        server,
        """
        warnings.simplefilter("ignore")
        def fork():
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGALRM, signal.default_int_handler)
                signal.setitimer(signal.ITIMER_REAL, 0.1)
                try:
                    ask(model="mock-fault:hang")
                except KeyboardInterrupt:
                    print("interrupted", flush=True)
                os._exit(0)
            os.waitpid(child, 0)
        thread = threading.Thread(target=fork)
        thread.start()
        thread.join()
        """,
    )
    assert told == "interrupted\n"


def test_multiprocessing(server: MockServer) -> None:
    told = run_program(
        server,
        """
        import multiprocessing
        warnings.simplefilter("ignore")
        ask()
        with multiprocessing.get_context("fork").Pool(2) as pool:
            pool.map(ask, [2, 2])
        print("fine", flush=True)
        """,
    )
    assert told == "fine\n"
