"""Mixed traffic whose every answer is checked against what was asked.

An answer of the local server quotes its question to the letter, and that of an upload has the
file's checksum; a question carries a number that no other one has.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import openai_native as api
from openai_native import AsyncOpenAI

FAULTY = 0.05
GIVEN_UP = 0.01
TIMEOUT = 60.0

# What goes wrong, and how a call may end then: with the right answer, or with one of these.
Ending = type[Exception]
ANSWERED: dict[str, Ending | None] = {
    "status=500;retry-after-ms=5;fail-times=1": None,
    "status=429;retry-after-ms=5;fail-times=1": None,
    "disconnect=before-head;fail-times=1": None,
    "disconnect=mid-head;fail-times=1": None,
    "disconnect=reset;fail-times=1": None,
    "delay=1.5": None,
    "slow-head=0.0005": None,
    "gzip": None,
    "deflate": None,
    "close": None,
    "keepalive-timeout=0.05": None,
    "status=400": api.BadRequestError,
    "status=503;should-retry=false": api.InternalServerError,
    "html": api.InternalServerError,
    "bad-json": api.APIResponseValidationError,
    "hang": api.APITimeoutError,
}
UNARY: dict[str, Ending | None] = {**ANSWERED, "disconnect=mid-body;fail-times=1": None}
STREAMED: dict[str, Ending | None] = {
    **ANSWERED,
    "drip=0.05": None,
    "ping=0.01": None,
    "no-done": None,
    "truncate": api.APIConnectionError,
    "disconnect=mid-body": api.APIConnectionError,
    "disconnect=reset-mid-body": api.APIConnectionError,
    "error-event=2": api.APIError,
    "hang=3": api.APITimeoutError,
}


class Wrong(Exception):
    """An answer that is not the one to the question."""


class Traffic:
    """Many lanes, each of them one call after the other, until `stop()`."""

    def __init__(self, client: AsyncOpenAI, folder: Path, seed: int) -> None:
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.in_flight = 0
        self._client = client
        # Whoever waits for a hang waits for a second, and once.
        self._hasty = client.with_options(timeout=1.0, max_retries=0)
        self._chance = random.Random(seed)
        self._numbers = itertools.count()
        self._stopped = False
        self._bytes = self._chance.randbytes(512 * 1024)
        self._folder = folder
        self._kinds: list[Callable[[AsyncOpenAI, Any], Awaitable[None]]] = []
        for share, kind in (
            (45, self._chat),
            (10, self._response),
            (10, self._embedding),
            (25, self._stream),
            (5, self._upload),
            (5, self._upload_from_disk),
        ):
            self._kinds += share * [kind]

    def stop(self) -> None:
        self._stopped = True

    async def run(self, lanes: int) -> None:
        await asyncio.gather(*(self._lane() for _ in range(lanes)))

    async def _lane(self) -> None:
        await asyncio.sleep(self._chance.random())
        while not self._stopped:
            self.in_flight += 1
            await self._one()
            self.in_flight -= 1

    async def _one(self) -> None:
        kind = self._chance.choice(self._kinds)
        fault, ending = "", None
        if self._chance.random() < FAULTY:
            faults = STREAMED if kind == self._stream else UNARY
            fault, ending = self._chance.choice(list(faults.items()))
        client = self._hasty if fault.startswith("hang") else self._client
        options = {"extra_headers": {"X-Mock-Fault": fault}} if fault else {}
        work = kind(client, options)
        if given_up := self._chance.random() < GIVEN_UP:
            work = asyncio.wait_for(work, 0.6 * self._chance.random())
        try:
            await work
        except asyncio.TimeoutError:
            self._count("given up", given_up, f"{kind.__name__} {fault}: no answer")
        except Exception as error:
            expected = ending is not None and isinstance(error, ending)
            self._count("failed as told", expected, f"{kind.__name__} {fault}: {error!r}")
        else:
            name = kind.__name__[1:] + (" after a fault" if fault else "")
            self._count(name, ending is None, f"{kind.__name__} {fault}: an answer")

    def _count(self, name: str, right: bool, told: str) -> None:
        self.outcomes[name if right else "WRONG"] += 1
        if not right and len(self.wrong) < 20:
            self.wrong.append(told)

    def _question(self) -> str:
        number = next(self._numbers)
        return f"question {number} {zlib.crc32(str(number).encode()):08x}"

    async def _chat(self, client: AsyncOpenAI, options: Any) -> None:
        asked = self._question()
        done = await client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": asked}], **options
        )
        check_quote(asked, done.choices[0].message.content)

    async def _stream(self, client: AsyncOpenAI, options: Any) -> None:
        asked = self._question()
        text = ""
        async for chunk in await client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": asked}], stream=True, **options
        ):
            text += chunk.choices[0].delta.content or ""
        check_quote(asked, text)

    async def _response(self, client: AsyncOpenAI, options: Any) -> None:
        asked = self._question()
        done = await client.responses.create(model="gpt-4o", input=asked, **options)
        check_quote(asked, done.output_text)

    async def _embedding(self, client: AsyncOpenAI, options: Any) -> None:
        texts = [self._question(), self._question()]
        asked = [*texts, texts[0]]
        done = await client.embeddings.create(
            model="text-embedding-3-small", input=asked, dimensions=64, **options
        )
        first, second, again = (one.embedding for one in done.data)
        if first != again or first == second or done.usage.prompt_tokens < len(asked):
            raise Wrong("an embedding of another text")

    async def _upload(self, client: AsyncOpenAI, options: Any) -> None:
        start = self._chance.randrange(len(self._bytes) // 2)
        content = self._bytes[start : start + self._chance.choice((1_000, 20_000, 200_000))]
        made = await client.files.create(file=("data", content), purpose="batch", **options)
        check_file(content, made)

    async def _upload_from_disk(self, client: AsyncOpenAI, options: Any) -> None:
        start = self._chance.randrange(len(self._bytes) // 2)
        content = self._bytes[start : start + 50_000]
        path = self._folder / f"{next(self._numbers)}"
        path.write_bytes(content)
        try:
            made = await client.files.create(file=path, purpose="batch", **options)
        finally:
            os.unlink(path)
        check_file(content, made)


def check_quote(asked: str, answered: str | None) -> None:
    if answered != f'You said: "{asked}". This answer comes from the local mock server.':
        raise Wrong(f"{asked!r} was answered with {answered!r}")


def check_file(content: bytes, made: Any) -> None:
    if made.bytes != len(content) or made.crc32 != zlib.crc32(content):
        raise Wrong("a file arrived as another one")
