"""HTTP/2 with real servers: one connection for many calls, and what they do to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import trustme

from h2_servers import SERVERS, H2Server, in_front_of
from openai_native import APIConnectionError, AsyncOpenAI, DefaultAsyncHttpxClient, OpenAI
from openai_native.mock import MockServer
from real_servers import needed
from scripted import ScriptedServer, answer

pytestmark = pytest.mark.http1  # it brings servers of its own
HELLO: Any = [{"role": "user", "content": "hello"}]


@pytest.fixture(scope="module", params=SERVERS)
def h2(
    request: pytest.FixtureRequest, server: MockServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[H2Server]:
    needed(request.param)
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
    needed("nghttpx")
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


@pytest.fixture
async def only_h2() -> AsyncIterator[DefaultAsyncHttpxClient]:
    async with DefaultAsyncHttpxClient(http1=False, http2=True) as made:
        yield made


async def test_a_server_of_http1_only(server: MockServer, only_h2: DefaultAsyncHttpxClient) -> None:
    """A client that insists on HTTP/2 gets an error, not a hang."""
    async with AsyncOpenAI(
        base_url=server.base_url, api_key="k", max_retries=0, http_client=only_h2
    ) as client:
        with pytest.raises(APIConnectionError, match="Connection error"):
            await chat(client)


async def test_http2_only_is_all_that_is_offered(server: MockServer, tmp_path: Path) -> None:
    upstream = urlsplit(server.base_url).port
    assert upstream is not None
    with in_front_of(upstream, "nghttpx", tmp_path, "http/1.1") as h1:
        only_h2 = DefaultAsyncHttpxClient(http1=False, verify=h1.ca_file)
        async with AsyncOpenAI(
            base_url=h1.url, api_key="k", max_retries=0, http_client=only_h2
        ) as client:
            with pytest.raises(APIConnectionError, match="Connection error"):
                await chat(client)
        async with client_of(h1) as client:
            assert await chat(client)


async def test_the_code_of_a_reset_is_told(only_h2: DefaultAsyncHttpxClient) -> None:
    served = asyncio.Event()

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"SM\r\n\r\n")
        writer.write(frame(4, 0, 0, b""))
        while (head := await reader.readexactly(9))[3] != 1:
            await reader.readexactly(int.from_bytes(head[:3], "big"))
        writer.write(frame(3, 0, 1, bytes([0, 0, 0, 11])))
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        served.set()

    listening = await asyncio.start_server(reset, "localhost", 0)
    port = listening.sockets[0].getsockname()[1]
    url = f"http://localhost:{port}/v1"
    async with listening:
        async with AsyncOpenAI(
            base_url=url, api_key="k", max_retries=0, http_client=only_h2
        ) as client:
            with pytest.raises(APIConnectionError, match=r"localhost:\d+: ENHANCE_YOUR_CALM"):
                await chat(client)
        await served.wait()


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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("certificate")
    authority = trustme.CA()
    pem = authority.issue_cert("localhost").private_key_and_cert_chain_pem
    pem.write_to_path(str(root / "server.pem"))
    authority.cert_pem.write_to_path(str(root / "ca.pem"))
    return root


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return (
        len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload
    )


# What a server says that offers HTTP/2 and cannot speak it.
BROKEN = {
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n" * 4,
    "a frame that is not allowed": frame(4, 0, 0, b"") + frame(0, 0, 0, b"x"),
    "HTTP_1_1_REQUIRED": frame(4, 0, 0, b"") + frame(7, 0, 0, bytes(4) + bytes([0, 0, 0, 13])),
    "hangs up": b"",
}


@pytest.mark.parametrize("words", BROKEN.values(), ids=BROKEN.keys())
async def test_a_server_whose_http2_is_broken(certificate: Path, words: bytes) -> None:
    """It is spoken to in HTTP/1.1 from then on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "server.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])
    spoken: list[str | None] = []
    serving: list[Any] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.current_task())
        protocol = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        spoken.append(protocol)
        if protocol == "h2":
            writer.write(words)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while protocol != "h2":
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer(200, {"object": "list", "data": []}))
            if words:
                await reader.read()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    listening = await asyncio.start_server(serve, "localhost", 0, ssl=context)
    port = listening.sockets[0].getsockname()[1]
    async with (
        listening,
        AsyncOpenAI(
            base_url=f"https://localhost:{port}/v1",
            api_key="k",
            max_retries=2,
            verify=str(certificate / "ca.pem"),
        ) as client,
    ):
        for _ in range(3):
            assert (await client.models.list()).data == []
        assert client.stats().h1_fallbacks == 1
        assert spoken[-1] == "http/1.1"
        assert spoken.count("http/1.1") == 1
    await asyncio.gather(*serving)
