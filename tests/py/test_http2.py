"""HTTP/2 with real servers: one connection for many calls, and what they do to it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from h2_servers import SERVERS, H2Server, in_front_of, program
from openai_native import AsyncOpenAI, DefaultAsyncHttpxClient, OpenAI
from openai_native.mock import MockServer
from scripted import ScriptedServer, answer

HELLO: Any = [{"role": "user", "content": "hello"}]


@pytest.fixture(scope="module", params=SERVERS)
def h2(
    request: pytest.FixtureRequest, server: MockServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[H2Server]:
    if program(request.param) is None:
        pytest.skip(f"{request.param} is not installed on this machine")
    upstream = urlsplit(server.base_url).port
    assert upstream is not None
    with in_front_of(upstream, request.param, tmp_path_factory.mktemp("h2")) as running:
        yield running


def client_of(h2: H2Server, **options: Any) -> AsyncOpenAI:
    return AsyncOpenAI(
        base_url=h2.url, api_key="k", max_retries=0, verify=h2.ca_file, timeout=60, **options
    )


async def chat(client: AsyncOpenAI) -> str:
    answer = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
    return answer.choices[0].message.content or ""


async def test_calls_share_a_connection(h2: H2Server) -> None:
    async with client_of(h2) as client:
        first = await chat(client)
        assert first
        assert [await chat(client) for _ in range(5)] == [first] * 5
        stats = client.stats()
        assert (stats.connections, stats.h2_connections, stats.h1_fallbacks) == (1, 1, 0)
        raw = await client.chat.completions.with_raw_response.create(
            model="gpt-4o-mini", messages=HELLO
        )
        assert raw.http_response.http_version == "HTTP/2"


async def test_a_cold_burst_opens_few_connections(h2: H2Server) -> None:
    async with client_of(h2) as client:
        answers = await asyncio.gather(*(chat(client) for _ in range(400)))
        assert len(answers) == 400
        assert len(set(answers)) == 1
        stats = client.stats()
        # A server that says goodbye after a number of requests makes some of them new.
        assert stats.h2_connections == stats.connections <= 16
        assert stats.in_flight == 0


async def test_streams(h2: H2Server) -> None:
    async with client_of(h2) as client:

        async def text() -> str:
            stream = await client.chat.completions.create(
                model="gpt-4o-mini", messages=HELLO, stream=True
            )
            return "".join(
                [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
            )

        texts = await asyncio.gather(*(text() for _ in range(50)))
        assert set(texts) == {await chat(client)}


async def test_a_stream_that_is_left_frees_its_place(h2: H2Server) -> None:
    async with client_of(h2) as client:
        for _ in range(5):
            stream = await client.chat.completions.create(
                model="gpt-4o-mini", messages=HELLO, stream=True
            )
            async for _chunk in stream:
                break
            await stream.close()
        assert await chat(client)
        assert client.stats().connections == 1


async def test_a_cancelled_call_leaves_the_connection(h2: H2Server) -> None:
    async with client_of(h2) as client:
        await chat(client)
        task = asyncio.create_task(
            client.chat.completions.create(
                model="gpt-4o-mini", messages=HELLO, extra_headers={"x-mock-fault": "delay=30"}
            )
        )
        while client.stats().in_flight == 0:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await chat(client)


async def test_a_large_request(h2: H2Server) -> None:
    """More than the peer's window: it goes as the window opens."""
    text = "word " * 400_000
    async with client_of(h2) as client:
        answers = await asyncio.gather(
            *(
                client.chat.completions.create(
                    model="gpt-4o-mini", messages=[{"role": "user", "content": text}]
                )
                for _ in range(4)
            )
        )
        assert all(answer.choices for answer in answers)
        assert client.stats().connections == 1


async def test_files_and_downloads(
    scripted: ScriptedServer, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = os.urandom(3 * 1024 * 1024)
    (tmp_path / "x.bin").write_bytes(content)
    scripted.answers += [answer(200, {"id": "file-1"}), answer(200, content, content_type="a/b")]
    upstream = urlsplit(scripted.url).port
    assert upstream is not None
    if program("nghttpx") is None:
        pytest.skip("nghttpx is not installed on this machine")
    with in_front_of(upstream, "nghttpx", tmp_path_factory.mktemp("h2")) as front:
        async with client_of(front) as client:
            await client.files.create(file=tmp_path / "x.bin", purpose="assistants")
            assert content in scripted.requests[0].body
            assert (await client.files.content("file-1")).content == content
            assert client.stats().h2_connections == 1


def test_the_synchronous_client(h2: H2Server) -> None:
    with OpenAI(base_url=h2.url, api_key="k", max_retries=0, verify=h2.ca_file) as client:
        answer = client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)
        assert answer.choices[0].message.content
        assert client.stats().h2_connections == 1


async def test_http1_by_wish(h2: H2Server) -> None:
    async with client_of(h2, http2=False) as client:
        assert await chat(client)
        assert client.stats().h2_connections == 0


async def test_prior_knowledge_needs_no_tls(
    server: MockServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # The mock speaks HTTP/1.1 only: a client that insists on HTTP/2 gets an error, not a hang.
    async with AsyncOpenAI(
        base_url=server.base_url,
        api_key="k",
        max_retries=0,
        http_client=DefaultAsyncHttpxClient(http1=False, http2=True),
    ) as client:
        with pytest.raises(Exception, match="Connection error"):
            await chat(client)


async def test_a_given_client_decides(h2: H2Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", h2.ca_file)
    for http2 in (False, True):
        given = httpx2.AsyncClient(http2=http2)
        async with AsyncOpenAI(base_url=h2.url, api_key="k", http_client=given) as client:
            assert client.transport_info().lane == "native"
            assert await chat(client)
            assert client.stats().h2_connections == int(http2)


@pytest.mark.parametrize("wrong", [{"http2": "yes"}, {"http1": 1}])
def test_bad_values(wrong: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="must be True or False"):
        DefaultAsyncHttpxClient(**wrong)
    with pytest.raises(ValueError, match="no protocol is left"):
        DefaultAsyncHttpxClient(http1=False, http2=False)
