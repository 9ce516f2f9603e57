"""What happens between the attempts of a call, and how long each step of one may take: beside the
official client, on the same server.
"""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from openai_native import AsyncOpenAI, AuthenticationError
from scripted import ScriptedServer, answer

PACKAGES = ("openai", "openai_native")
AT_ONCE = {"retry-after-ms": "1"}


def keys(*, fail_at: int | None = None) -> tuple[Callable[[], Any], list[int]]:
    """An api_key callable that counts its calls."""
    asked: list[int] = []

    async def fetch() -> str:
        asked.append(len(asked) + 1)
        await asyncio.sleep(0)
        if len(asked) == fail_at:
            raise RuntimeError("the vault is closed")
        return f"key-{len(asked)}"

    return fetch, asked


def failures() -> list[bytes]:
    return [answer(status, headers=AT_ONCE) for status in (429, 500)]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_callable_key_is_asked_for_each_attempt(
    scripted: ScriptedServer, stream: bool
) -> None:
    seen = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        fetch, asked = keys()
        scripted.requests.clear()
        async with package.AsyncOpenAI(base_url=scripted.url, api_key=fetch) as client:
            # A key per attempt, also for a call whose stream fails before it begins.
            scripted.answers.extend([*failures(), answer(body={"data": []})])
            result = await client.get("/things", cast_to=object)
            scripted.answers.extend([*failures(), answer(400)])
            with pytest.raises(package.BadRequestError):
                await client.chat.completions.create(model="m", messages=[], stream=stream)
        sent = [
            (each.header("authorization"), each.header("x-stainless-retry-count"))
            for each in scripted.requests
        ]
        idempotency = {each.header("idempotency-key") for each in scripted.requests[3:]}
        assert len(idempotency) == 1
        seen.append((result, sent, asked))
        # The official client keeps the last one; ours no longer than it is needed.
        assert client.api_key == ("key-6" if name == "openai" else "")
    assert seen[0] == seen[1]
    assert [key for key, _ in seen[1][1]] == [f"Bearer key-{i}" for i in range(1, 7)]


async def test_a_key_of_the_call_is_kept_for_its_retries(scripted: ScriptedServer) -> None:
    seen = []
    for name in PACKAGES:
        fetch, _ = keys()
        scripted.requests.clear()
        scripted.answers.extend(failures())
        package = importlib.import_module(name)
        async with package.AsyncOpenAI(base_url=scripted.url, api_key=fetch) as client:
            await client.models.list(extra_headers={"Authorization": "Bearer mine"})
        seen.append([each.header("authorization") for each in scripted.requests])
    assert seen == [["Bearer mine"] * 3] * 2


async def test_a_key_that_cannot_be_had_ends_the_call(scripted: ScriptedServer) -> None:
    seen = []
    for name in PACKAGES:
        fetch, _ = keys(fail_at=2)
        scripted.requests.clear()
        scripted.answers.clear()
        scripted.answers.extend(failures())
        package = importlib.import_module(name)
        async with package.AsyncOpenAI(base_url=scripted.url, api_key=fetch) as client:
            with pytest.raises(RuntimeError, match="the vault is closed"):
                await client.models.list()
        seen.append(len(scripted.requests))
    assert seen == [1, 1]


async def test_cancelling_while_the_key_is_fetched(scripted: ScriptedServer) -> None:
    waiting = asyncio.Event()
    asked = 0

    async def fetch() -> str:
        nonlocal asked
        asked += 1
        if asked > 1:
            waiting.set()
            await asyncio.sleep(60)
        return "key"

    scripted.answers.extend(failures())
    async with AsyncOpenAI(base_url=scripted.url, api_key=fetch) as client:
        call = asyncio.ensure_future(client.models.list().__aiter__().__anext__())
        await waiting.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert len(scripted.requests) == 1


async def test_closing_the_client_while_the_key_is_fetched(scripted: ScriptedServer) -> None:
    client: AsyncOpenAI

    async def fetch() -> str:
        if scripted.requests:
            await client.close()
        return "key"

    scripted.answers.extend(failures())
    client = AsyncOpenAI(base_url=scripted.url, api_key=fetch)
    with pytest.raises(Exception) as caught:
        await client.models.list()
    assert "closed" in f"{caught.value} {caught.value.__cause__}"
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("fail_at", [None, 2])
async def test_a_blocking_client_asks_in_its_own_thread(
    scripted: ScriptedServer, fail_at: int | None
) -> None:
    seen = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        asked: list[int] = []

        def fetch(asked: list[int] = asked) -> str:
            asked.append(threading.get_ident())
            if len(asked) == fail_at:
                raise RuntimeError("the vault is closed")
            return f"key-{len(asked)}"

        def run(package: Any = package, fetch: Any = fetch, asked: list[int] = asked) -> Any:
            with package.OpenAI(base_url=scripted.url, api_key=fetch) as client:
                try:
                    return client.get("/things", cast_to=object)
                except RuntimeError as error:
                    return str(error)
                finally:
                    assert set(asked) == {threading.get_ident()}

        scripted.requests.clear()
        scripted.answers.clear()
        scripted.answers.extend([*failures(), answer(body={"a": 1})])
        result = await asyncio.to_thread(run)
        sent = [each.header("authorization") for each in scripted.requests]
        seen.append((result, sent, len(asked)))
    assert seen[0] == seen[1]
    assert seen[1][2] == (3 if fail_at is None else 2)


async def test_raw_responses_and_errors_after_fresh_keys(scripted: ScriptedServer) -> None:
    fetch, asked = keys()
    async with AsyncOpenAI(base_url=scripted.url, api_key=fetch) as client:
        scripted.answers.extend([*failures(), answer(body={"data": []})])
        raw = await client.models.with_raw_response.list()
        assert raw.retries_taken == 2
        scripted.answers.extend([*failures(), answer(401)])
        with pytest.raises(AuthenticationError) as caught:
            await client.models.list()
        assert caught.value.request.headers["authorization"] == f"Bearer key-{len(asked)}"


async def test_a_retry_starts_over_after_a_redirect(scripted: ScriptedServer) -> None:
    seen = []
    for name in PACKAGES:
        package = importlib.import_module(name)
        scripted.requests.clear()
        moved = answer(307, headers={"Location": "/v1/elsewhere"})
        scripted.answers.extend([moved, answer(500, headers=AT_ONCE), moved, answer(body={})])
        async with package.AsyncOpenAI(base_url=scripted.url, api_key="k") as client:
            await client.post("/things", cast_to=object, body={"a": 1})
        seen.append([(each.method, each.path, each.json()) for each in scripted.requests])
    assert seen[0] == seen[1]
    paths = [path for _, path, _ in seen[1]]
    assert paths == ["/v1/things", "/v1/elsewhere"] * 2


@asynccontextmanager
async def slow_server(reply: bytes, pause: float, pieces: int) -> AsyncIterator[str]:
    """Sends `reply` in that many pieces, with a pause before each."""

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                size = -(-len(reply) // pieces)
                for at in range(0, len(reply), size):
                    await asyncio.sleep(pause)
                    writer.write(reply[at : at + size])
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(play, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("name", PACKAGES)
async def test_the_read_limit_is_for_each_receive(name: str) -> None:
    package = importlib.import_module(name)
    async with (
        slow_server(answer(body={"data": []}), 0.08, 25) as url,
        package.AsyncOpenAI(base_url=url, api_key="k", timeout=1.5, max_retries=0) as client,
    ):
        assert (await client.models.list()).data == []


LIMITS: list[Any] = [
    0,
    httpx2.Timeout(5, connect=0),
    httpx2.Timeout(5, write=0),
    httpx2.Timeout(5, read=0),
]


@pytest.mark.parametrize("limit", LIMITS, ids=str)
async def test_no_time_is_over_at_once(scripted: ScriptedServer, limit: Any) -> None:
    seen = []
    # uvloop's clock stands still within a turn: there the official client has some luck.
    plain = isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop)
    for name in PACKAGES if plain else PACKAGES[1:]:
        package = importlib.import_module(name)
        async with package.AsyncOpenAI(base_url=scripted.url, api_key="k", max_retries=0) as client:
            with pytest.raises(package.APITimeoutError):
                await client.models.list(timeout=limit)
            # With a connection at hand nobody has to connect.
            await client.models.list()
            try:
                await client.models.list(timeout=limit)
                seen.append("answered")
            except package.APITimeoutError:
                seen.append("timed out")
    assert len(set(seen)) == 1, seen
