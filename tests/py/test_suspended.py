"""A machine that sleeps, as far as a process can tell: it stands still while its clocks go on."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from scripted_sync import Request, ScriptedServer, answer

PROGRAM = """
import asyncio, sys
from openai_native import AsyncOpenAI, OpenAI
how = dict(api_key="k", base_url=sys.argv[1], max_retries=0, timeout=1.5)
if sys.argv[2] == "sync":
    print(OpenAI(**how).models.retrieve("m").id)
else:
    async def main():
        print((await AsyncOpenAI(**how).models.retrieve("m")).id)
    asyncio.run(main())
"""


@pytest.mark.parametrize("face", ["sync", "async"])
def test_what_came_during_the_sleep_counts(face: str) -> None:
    asked, asleep = threading.Event(), threading.Event()

    def reply(_: Request) -> bytes:
        asked.set()
        asleep.wait(10)
        return answer(body={"id": "m", "object": "model", "created": 1, "owned_by": "me"})

    with ScriptedServer() as server:
        server.answers += [reply]
        with subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROGRAM, server.url, face],
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            assert asked.wait(30)
            child.send_signal(signal.SIGSTOP)
            asleep.set()
            time.sleep(2)  # longer than its patience
            child.send_signal(signal.SIGCONT)
            assert child.communicate(timeout=30)[0] == "m\n"
            assert child.returncode == 0
