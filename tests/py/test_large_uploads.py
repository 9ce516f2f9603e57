"""Uploads from files on their way: sent again, refused early, given up, cut short."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

import openai_native
from openai_native import AsyncOpenAI, _core
from scripted import ScriptedServer, answer

SIZE = 24_000_000
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(range(250)) * (SIZE // 250))
    return path


@asynccontextmanager
async def client_of(handler: Handler, max_retries: int = 0) -> AsyncIterator[AsyncOpenAI]:
    """A client of a server that reads no more than `handler` asks for (and a little ahead)."""
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await handler(reader, writer)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        async with AsyncOpenAI(api_key="k", base_url=url, max_retries=max_retries) as client:
            yield client
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()


def descriptors(of: Path) -> int:
    """How many descriptors of this process are of that file."""
    count = 0
    for entry in os.scandir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # the descriptor of this very listing
            count += os.readlink(entry.path) == str(of)
    return count


async def nothing_left(of: Path) -> None:
    for _ in range(1000):
        gc.collect()  # again: the task that a failed call woke still ran inside of it
        if not _core.live_objects()["calls"] and not descriptors(of):
            return
        await asyncio.sleep(0.005)
    raise AssertionError((_core.live_objects(), descriptors(of)))


async def test_a_body_is_sent_again_from_its_start(large: Path) -> None:
    whole = large.read_bytes()
    async with (
        ScriptedServer() as server,
        AsyncOpenAI(api_key="k", base_url=server.url, max_retries=1) as client,
    ):
        server.answers.append(answer(503, headers={"retry-after-ms": "1"}))
        server.answers.append(answer(307, headers={"location": "/v1/elsewhere"}))
        await client.files.create(file=large, purpose="batch")
        assert [request.path for request in server.requests] == [
            "/v1/files",
            "/v1/files",
            "/v1/elsewhere",
        ]
        assert all(whole in request.body for request in server.requests)
        assert len({request.header("content-type") for request in server.requests}) == 1
    await nothing_left(large)


async def test_the_request_of_an_upload_can_be_looked_at(large: Path) -> None:
    async with (
        ScriptedServer() as server,
        AsyncOpenAI(api_key="k", base_url=server.url, max_retries=0) as client,
    ):
        response = await client.files.with_raw_response.create(file=large, purpose="batch")
        request = response.http_request
        assert request.headers["content-length"] == server.last.header("content-length")
        with pytest.raises(Exception, match="read"):
            _ = request.content
        server.answers.append(answer(400, {"error": {"message": "no"}}))
        with pytest.raises(openai_native.BadRequestError) as caught:
            await client.files.create(file=large, purpose="batch")
        assert int(caught.value.request.headers["content-length"]) > SIZE
    del caught, response, request
    await nothing_left(large)


async def test_an_early_refusal_is_noticed(large: Path) -> None:
    refusal = answer(413, {"error": {"message": "too large"}})

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(refusal)
        await writer.drain()

    async with client_of(refuse) as client:
        with pytest.raises(openai_native.APIStatusError) as caught:
            await client.files.create(file=large, purpose="batch")
        assert caught.value.status_code == 413
        assert caught.value.body == {"message": "too large"}
    del caught
    await nothing_left(large)


async def test_cancelling_gives_everything_back(large: Path) -> None:
    began = asyncio.Event()

    async def stall(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        began.set()

    async with client_of(stall) as client:
        call = asyncio.ensure_future(client.files.create(file=large, purpose="batch"))
        await began.wait()
        assert descriptors(large) == 1
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await nothing_left(large)
        assert _core.live_objects()["connections"] == 0


async def test_a_file_that_shrinks_fails_the_call_at_once(large: Path) -> None:
    calls = 0

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await reader.readuntil(b"\r\n\r\n")
        os.truncate(large, 1_000_000)
        while await reader.read(1 << 20):
            pass
        writer.close()

    async with client_of(slow, max_retries=2) as client:
        with pytest.raises(openai_native.APIConnectionError):
            await client.files.create(file=large, purpose="batch")
    assert calls == 1
    await nothing_left(large)


async def test_other_calls_go_on_during_an_upload(large: Path) -> None:
    done: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"POST" in head:
            while "models" not in done:
                await asyncio.sleep(0.001)
            size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            await reader.readexactly(size)
        writer.write(answer(200, {"id": "x"}))
        await writer.drain()
        writer.close()

    async with client_of(serve) as client:

        async def upload() -> None:
            await client.files.create(file=large, purpose="batch")
            done.append("upload")

        async def models() -> None:
            await client.models.retrieve("m")
            done.append("models")

        await asyncio.gather(upload(), models())
    assert done == ["models", "upload"]
    await nothing_left(large)
