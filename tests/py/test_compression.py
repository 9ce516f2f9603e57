"""Answers in br and zstd: from a real caddy, and as streams whose events arrive when sent."""

from __future__ import annotations

import asyncio
import ctypes
import ctypes.util
import json
from collections.abc import Iterator
from typing import Any

import pytest

from openai_native import APIConnectionError, AsyncOpenAI, DefaultAsyncHttpxClient
from openai_native.mock import MockServer
from real_servers import free_port, needed, running
from scripted import ScriptedServer, answer

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "x" * 2000}
CONFIGURATION = """
{{
    admin off
    auto_https off
    storage file_system {root}/storage
}}
http://127.0.0.1:{port} {{
    handle /packed/* {{
        uri strip_prefix /packed
        root * {root}/files
        header Content-Type application/json
        file_server {{
            precompressed br
        }}
    }}
    handle {{
        encode zstd gzip {{
            minimum_length 1
        }}
        reverse_proxy {upstream}
    }}
}}
"""


def brotli(data: bytes) -> bytes:
    name = ctypes.util.find_library("brotlienc")
    if name is None:
        pytest.skip("libbrotlienc is not installed on this machine")
    library = ctypes.CDLL(name)
    size = ctypes.c_size_t(len(data) + 1024)
    out = ctypes.create_string_buffer(size.value)
    assert library.BrotliEncoderCompress(
        9, 22, 0, ctypes.c_size_t(len(data)), data, ctypes.byref(size), out
    )
    return out.raw[: size.value]


def zstd_blocks(*parts: bytes) -> list[bytes]:
    """One frame (RFC 8878 3.1) of raw blocks, each a part of its own: a peer that flushes."""
    frame = [b"\x28\xb5\x2f\xfd\x00\x58"]
    for part in parts:
        frame.append((len(part) << 3).to_bytes(3, "little") + part)
    return [*frame, b"\x01\x00\x00"]


@pytest.fixture(scope="module")
def caddy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    found = needed("caddy")
    root, port = tmp_path_factory.mktemp("caddy"), free_port()
    (root / "files/v1/models").mkdir(parents=True)
    (root / "files/v1/models/m").write_bytes(b"not this one")
    (root / "files/v1/models/m.br").write_bytes(brotli(json.dumps(MODEL).encode()))
    with MockServer() as upstream:
        address = upstream.base_url.removeprefix("http://").removesuffix("/v1")
        (root / "Caddyfile").write_text(
            CONFIGURATION.format(root=root, port=port, upstream=address)
        )
        command = (found, "run", "--config", str(root / "Caddyfile"), "--adapter", "caddyfile")
        with running(*command, port=port, env={"HOME": str(root)}, cwd=root):
            yield f"http://127.0.0.1:{port}"


def client(base_url: str, accept: str = "br, zstd", **options: Any) -> AsyncOpenAI:
    return AsyncOpenAI(
        api_key="sk-packed",
        base_url=base_url,
        max_retries=0,
        default_headers={"Accept-Encoding": accept},
        **options,
    )


async def test_br_from_caddy(caddy: str) -> None:
    async with client(caddy + "/packed/v1") as openai:
        raw = await openai.models.with_raw_response.retrieve("m")
        assert raw.headers["content-encoding"] == "br"
        assert raw.parse().to_dict() == MODEL
        async with openai.models.with_streaming_response.retrieve("m") as streamed:
            assert json.loads(await streamed.read()) == MODEL


async def test_zstd_from_caddy(caddy: str) -> None:
    async with client(caddy + "/v1") as openai:
        raw = await openai.models.with_raw_response.list()
        assert raw.headers["content-encoding"] == "zstd"
        assert raw.parse().data
        # Under load caddy 2.6 ends one of some thousand compressed streams early, in due form and
        # for any client: once is no fault of ours, three times in a row would be.
        reasons: list[str | None] = []
        while "stop" not in reasons and len(reasons) < 3:
            stream = await openai.chat.completions.create(
                model="gpt-4o-mini", messages=[{"role": "user", "content": "Hello"}], stream=True
            )
            assert stream.response.headers["content-encoding"] == "zstd"
            reasons.append([chunk async for chunk in stream][-1].choices[0].finish_reason)
        assert "stop" in reasons


@pytest.mark.parametrize("facade", [False, True])
async def test_br_through_http_clients(caddy: str, facade: bool) -> None:
    given = None if facade else DefaultAsyncHttpxClient(headers={"Accept-Encoding": "br"})
    async with AsyncOpenAI(api_key="k", base_url=caddy + "/packed/v1", http_client=given) as openai:
        assert openai.transport_info().lane == "native"
        if facade:
            response = await openai._client.get(
                caddy + "/packed/v1/models/m", headers={"Accept-Encoding": "br"}
            )
            assert response.headers["content-encoding"] == "br"
            assert response.json() == MODEL
        else:
            assert (await openai.models.retrieve("m")).to_dict() == MODEL


async def test_an_event_arrives_when_it_is_sent() -> None:
    chunks = [f'data: {{"id": "{i}", "choices": []}}\n\n'.encode() for i in range(3)]
    head, *blocks, end = zstd_blocks(*chunks, b"data: [DONE]\n\n")
    seen = asyncio.Queue[None]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Content-Encoding: zstd\r\nConnection: close\r\n\r\n" + head
        )
        for block in blocks:
            writer.write(block)
            await asyncio.wait_for(seen.get(), 20)
        writer.write(end)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, client(f"http://127.0.0.1:{port}/v1") as openai:
        stream = await openai.chat.completions.create(model="m", messages=[], stream=True)
        ids = []
        async for chunk in stream:
            ids.append(chunk.id)
            seen.put_nowait(None)
        seen.put_nowait(None)
    assert ids == ["0", "1", "2"]


async def test_broken_data_is_a_connection_error(scripted: ScriptedServer) -> None:
    packed = brotli(json.dumps(MODEL).encode())
    whole = b"".join(zstd_blocks(packed))
    async with client(scripted.url) as openai:
        for coding, body in (("br", packed[:-1]), ("zstd", whole[:-1]), ("zstd", b"nonsense")):
            scripted.answers.append(answer(200, body, headers={"Content-Encoding": coding}))
            with pytest.raises(APIConnectionError, match="broken or cut short"):
                await openai.models.retrieve("m")
        # One upon the other; the last one named was applied last.
        scripted.answers.append(answer(200, whole, headers={"Content-Encoding": "br, zstd"}))
        assert (await openai.models.retrieve("m")).to_dict() == MODEL
