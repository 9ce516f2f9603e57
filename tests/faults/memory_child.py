"""One operation again and again in a process of its own, with another allocation failing each time.

Prints "at N" before each, and "failed" (MemoryError) or "wrong ..." after some.
"""

from __future__ import annotations

import asyncio
import gc
import json
import linecache
import sys
import time
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import operations
from lanes import derived

NAMES = ("unary", "stream", "upload", "download", "pages", "socket", "client", "repr")
FACES = ("sync", "async")
PATIENCE = 25.0
BEHIND = 24  # so many N in a row without effect: there are no more of them


def is_of_cpython(error: BaseException | None) -> bool:
    """Raising without memory leaves CPython 3.11 without an exception, in its own code; its locks
    have an error of their own."""
    if error is None:
        return False
    if str(error) == "can't allocate lock":
        return True
    if str(error).startswith("<function "):  # one of Python
        return str(error).endswith("returned NULL without setting an exception")
    if str(error) != "error return without exception set":
        return False
    place = traceback.extract_tb(error.__traceback__)[-1]
    if "openai_native" not in place.filename and "operations" not in place.filename:
        return True
    # A call failed as it began: had a function of C returned so, the message would name it.
    code = linecache.getline(place.filename, place.lineno or 0)[place.colno : place.end_colno]
    return code.endswith(")") and not code.startswith("await")


class Failure:
    """Of one section of an operation: the whole of it, a step of its coroutine, or a delivery."""

    def __init__(self) -> None:
        self.section = self._now = 0
        self.at: int | None = None  # None: nothing fails
        self.lasting = False
        self.felt = False

    def begin(self, section: int, at: int | None) -> None:
        self.section, self.at, self._now, self.felt = section, at, 0, False

    @property
    def sections(self) -> int:
        return self._now

    def around(self, section: Callable[[], Any]) -> Any:
        import _testcapi

        number, self._now = self._now, self._now + 1
        if self.at is None or number != self.section:
            return section()
        stop = 0 if self.lasting else self.at + 1
        try:
            _testcapi.set_nomemory(self.at, stop)
            return section()
        except (MemoryError, RuntimeError, SystemError):
            self.felt = True
            raise
        finally:
            _testcapi.remove_mem_hooks()


class Loop(asyncio.SelectorEventLoop):
    """Memory fails in what the core does: asyncio does not survive it in steps of its own."""

    failure = Failure()

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> Any:
        return super().add_reader(fd, lambda: self.failure.around(lambda: callback(*args)))

    async def driven(self, call: Coroutine[Any, Any, None]) -> None:
        try:
            while True:
                waited = self.failure.around(lambda: call.send(None))
                until = time.monotonic() + PATIENCE
                while waited is not None and not waited.done():
                    await asyncio.sleep(0)
                    assert time.monotonic() < until, f"an answer is lost: {waited!r}"
        except StopIteration:
            pass
        finally:
            call.close()


class Child:
    def __init__(self, settings: dict[str, Any]) -> None:
        from openai_native import AsyncOpenAI, OpenAI

        self._name, self._url = settings["name"], settings["url"]
        self._file = Path(settings["file"])
        self._sync = settings["face"] == "sync"
        self._class: Any = OpenAI if self._sync else AsyncOpenAI
        self._operations: Any = derived("operations") if self._sync else operations
        # pydantic's serializer panics where memory fails: it has its turn afterwards.
        plain, self._operations.plain = self._operations.plain, lambda made: made
        self._plain = lambda seen: [plain(each) for each in seen]
        self._loop = Loop()
        self._loop.set_exception_handler(lambda loop, context: None)
        self._failure = Loop.failure
        self._failure.lasting = settings["lasting"]
        self._client = self._made()
        for _ in range(3):  # what is made once is made now
            self._good = self._healthy()

    def run(self, start: int, step: int) -> None:
        self._failure.begin(0, None)
        self._once()
        number = 0
        for section in range(self._failure.sections):
            total = self._total(section)
            stride = max(1, total // -step) if step < 0 else step
            for at in range(1, total + 1, stride):
                number += 1
                if number < start:
                    continue
                print("at", number, flush=True)
                self._try(section, at)
        self._close(self._client)
        del self._client
        print(self._left_behind())

    def _try(self, section: int, at: int) -> None:
        caught, seen = self._with_failure(section, at)
        if isinstance(caught, MemoryError) or is_of_cpython(caught):
            print("failed")
        elif caught is not None:
            print("wrong", repr(caught), "because of", repr(caught.__cause__))
        elif self._plain(seen) != self._good:
            print("wrong another result", seen)
        del caught, seen
        if (again := self._healthy()) != self._good:
            print("wrong next", again)
        gc.collect()
        stats = self._client.stats()
        if stats.in_flight or stats.waiting or stats.open != stats.idle:
            print("wrong", stats)

    def _with_failure(self, section: int, at: int) -> tuple[BaseException | None, list[Any]]:
        self._failure.begin(section, at)
        try:
            return None, self._once()
        except BaseException as error:
            return error, []
        finally:
            self._failure.at = None

    def _total(self, section: int) -> int:
        low, high = 1, 64
        while self._is_felt(section, high):
            low, high = high, high * 2
        while high - low > 16:
            middle = (low + high) // 2
            low, high = (middle, high) if self._is_felt(section, middle) else (low, middle)
        return high

    def _is_felt(self, section: int, at: int) -> bool:
        for each in range(at, at + BEHIND):
            caught, _ = self._with_failure(section, each)
            if caught is not None or self._failure.felt:
                return True
        return False

    def _made(self) -> Any:
        return self._class(base_url=self._url, api_key="k", max_retries=0, timeout=20)

    def _close(self, client: Any) -> None:
        closing = client.close()
        if not self._sync:
            self._loop.run_until_complete(closing)
        self._loop.close()

    def _healthy(self) -> list[Any]:
        self._failure.begin(0, None)
        return self._plain(self._once())

    def _once(self) -> list[Any]:
        if self._name == "repr":
            client = self._client
            return self._failure.around(lambda: [repr(client), repr(client.models)])
        if self._name == "client":
            return self._failure.around(lambda: [str(self._made().base_url)])
        seen: list[Any] = []
        call = getattr(self._operations, self._name)
        if self._sync:
            self._failure.around(lambda: call(self._client, seen, self._file))
        else:
            self._loop.run_until_complete(self._loop.driven(call(self._client, seen, self._file)))
        return seen

    def _left_behind(self) -> str:
        from openai_native import _core

        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            gc.collect()
            live = {name: count for name, count in _core.live_objects().items() if count}
            if not live:
                return "clean"
            time.sleep(0.01)
        return f"wrong left behind: {live}"


if __name__ == "__main__":
    settings = json.loads(sys.argv[1])
    Child(settings).run(settings["start"], settings["step"])
