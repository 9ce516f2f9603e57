"""The scripted server on a thread of its own, for tests that block."""

from __future__ import annotations

import asyncio
import threading

from scripted import Last as Last
from scripted import Request as Request
from scripted import ScriptedServer as AsyncServer
from scripted import Slow as Slow
from scripted import answer as answer
from scripted import events as events


class ScriptedServer(AsyncServer):
    def __enter__(self) -> ScriptedServer:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.__aenter__(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.__aexit__(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
