"""Servers that are not whom they say, or that want less than TLS gives: refused with the official
class and a text that helps; and the client goes on. Expired, unknown and old ones are in
`test_tls_failures.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from certificates import Certificate
from openai_native import APIConnectionError, AsyncOpenAI, DefaultAsyncHttpxClient
from scripted import ScriptedServer, answer
from tls_server import TlsServer

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "me"}
ROOT = Certificate("root", authority=True)
MIDDLE = Certificate("middle", ROOT, authority=True)


@contextlib.asynccontextmanager
async def client_of(server: TlsServer, root: bytes = ROOT.pem) -> AsyncIterator[AsyncOpenAI]:
    settings: Any = {"api_key": "k", "base_url": server.url, "max_retries": 0}
    async with AsyncOpenAI(**settings, verify=root) as client:
        assert client.transport_info().lane == "native"
        yield client


async def refusal(server: TlsServer, client: AsyncOpenAI) -> str:
    """Why; nothing of a request was sent, and the same client reaches a right server."""
    with pytest.raises(APIConnectionError) as caught:
        await client.models.retrieve("m")
    assert not server.requests
    async with ScriptedServer() as right:
        right.answers.append(answer(body=MODEL))
        assert (await client.with_options(base_url=right.url).models.retrieve("m")).id == "m"
    return str(caught.value)


async def judged(tmp_path: Path, leaf: Certificate, *chain: Certificate) -> str:
    async with TlsServer(leaf.served(tmp_path, *chain)) as server, client_of(server) as client:
        try:
            await client.models.retrieve("m")
        except APIConnectionError:
            return await refusal(server, client)
        return "accepted"


async def test_chains(tmp_path: Path) -> None:
    """What may be in any order may not be missing (RFC 8446 4.4.2)."""
    leaf = Certificate(issuer=MIDDLE)
    assert await judged(tmp_path, leaf, MIDDLE) == "accepted"
    assert await judged(tmp_path, leaf, ROOT, MIDDLE) == "accepted"
    assert "unable to get local issuer certificate" in await judged(tmp_path, leaf)
    assert "unable to get local issuer certificate" in await judged(tmp_path, leaf, ROOT)
    stale = Certificate("stale", ROOT, authority=True, left=-1, age=2)
    text = await judged(tmp_path, Certificate(issuer=stale), stale)
    assert "certificate has expired" in text and "depth 1" in text
    # A certificate of a server is no authority, whoever signed it (CVE-2002-0862, CVE-2014-3466).
    server = Certificate("some.example", ROOT)
    assert "invalid CA certificate" in await judged(tmp_path, Certificate(issuer=server), server)


async def test_self_signed(tmp_path: Path) -> None:
    text = await judged(tmp_path, Certificate())
    assert "self-signed certificate" in text and "verify=" in text
    # Nor if it brings an authority of its own, whatever that is called.
    for name, why in (("other", "self-signed certificate"), ("root", "signature failure")):
        other = Certificate(name, authority=True)
        text = await judged(tmp_path, Certificate(issuer=other), other)
        assert why in text and "verify=" in text


@pytest.mark.parametrize("who", ["leaf", "middle", "nobody"])
async def test_revoked(tmp_path: Path, who: str) -> None:
    """Lists of revoked certificates count on native connections, if a context holds them."""
    leaf = Certificate(issuer=MIDDLE)
    lists = tmp_path / "trust.pem"
    lists.write_bytes(
        ROOT.pem
        + ROOT.revokes(*([MIDDLE] if who == "middle" else []))
        + MIDDLE.revokes(*([leaf] if who == "leaf" else []))
    )
    context = ssl.create_default_context(cafile=str(lists))
    # Strict, as contexts are since 3.13, asks for more than these certificates have.
    context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_STRICT
    context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN
    given = DefaultAsyncHttpxClient(verify=context)
    async with TlsServer(leaf.served(tmp_path, MIDDLE)) as server:
        settings: Any = {"api_key": "k", "base_url": server.url, "max_retries": 0}
        async with AsyncOpenAI(**settings, http_client=given) as client:
            assert client.transport_info().lane == "native"
            if who == "nobody":
                await client.models.list()
            else:
                text = await refusal(server, client)
                assert "certificate revoked" in text
                assert ("depth 1" in text) == (who == "middle")


async def test_weak_keys(tmp_path: Path) -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    text = await judged(tmp_path, Certificate(issuer=ROOT, key=weak))
    assert "key too weak" in text


NAMES: Any = [
    ("api.example", ("api.example",), True),
    ("a.api.example", ("*.api.example",), True),
    ("api.example", ("*.example",), False),  # a whole top-level domain
    ("API.example", ("api.EXAMPLE",), True),
    ("bücher.example", ("xn--bcher-kva.example",), True),
    ("bücher.example", ("bucher.example",), False),
    ("bücher.api.example", ("*.api.example",), True),
    ("b.a.api.example", ("*.api.example",), False),
    ("ab.api.example", ("a*.api.example",), False),
    ("api.example", ("*",), False),
    ("api.example", ("api.example.evil.test",), False),
    ("evil-api.example", ("api.example",), False),
    # The common name counts where there is no other, as with Python's ssl.
    ("api.example", (), True),
    ("other.example", (), False),
    # CVE-2009-2408, CVE-2013-4238: what follows a NUL is part of the name.
    ("api.example", ("api.example\0.evil.test",), False),
]


@pytest.mark.parametrize(("host", "names", "fits"), NAMES)
async def test_names(tmp_path: Path, host: str, names: tuple[str, ...], fits: bool) -> None:
    """Over a unix socket, so that any name leads there."""
    leaf = Certificate(name="api.example", issuer=ROOT, names=names)
    path = tmp_path / "tls.sock"
    seen = ScriptedServer()
    serving = await asyncio.start_unix_server(seen._answer, path, ssl=leaf.served(tmp_path))
    settings: Any = {"base_url": f"https://{host}/v1", "uds": path, "verify": ROOT.pem}
    async with serving, AsyncOpenAI(api_key="k", max_retries=0, **settings) as client:
        if fits:
            await client.models.list()
        else:
            with pytest.raises(APIConnectionError, match="hostname mismatch"):
                await client.models.list()
    assert len(seen.requests) == fits


def record(kind: int, version: int, body: bytes) -> bytes:
    return bytes([kind, version >> 8, version & 255]) + len(body).to_bytes(2, "big") + body


def server_hello(version: int, suite: int) -> bytes:
    body = version.to_bytes(2, "big") + bytes(32) + b"\0" + suite.to_bytes(2, "big") + b"\0"
    return record(22, min(version, 0x0303), b"\x02" + len(body).to_bytes(3, "big") + body)


@pytest.mark.parametrize(
    "hello",
    [
        server_hello(0x0300, 0x0035),  # SSL 3 (POODLE, CVE-2014-3566)
        server_hello(0x0301, 0x0035),
        server_hello(0x0303, 0x0000),  # no encryption at all
        server_hello(0x0303, 0x0005),  # RC4
        server_hello(0x0303, 0x0014),  # export grade (FREAK, CVE-2015-0204)
        b"\x80\x2e\x04\x00\x00\x02",  # SSL 2 (DROWN, CVE-2016-0800)
        record(21, 0x0303, b"\x02\x28"),  # handshake_failure
    ],
)
async def test_downgrades(tmp_path: Path, hello: bytes) -> None:
    async def answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readexactly(5)
            writer.write(hello)
            await reader.read()
        writer.close()

    server = TlsServer(Certificate(issuer=ROOT).served(tmp_path))
    async with await asyncio.start_server(answering, "127.0.0.1", 0) as listening:
        server.url = f"https://localhost:{listening.sockets[0].getsockname()[1]}/v1"
        async with client_of(server) as client:
            text = await refusal(server, client)
    assert "TLS" in text


@pytest.mark.filterwarnings("ignore:verify=False")
async def test_who_checks_is_not_served_by_who_does_not(tmp_path: Path) -> None:
    """Neither connections nor sessions of a client without checks (CVE-2021-22924, -2022-27782)."""
    async with TlsServer(Certificate().served(tmp_path)) as server:
        settings: Any = {"api_key": "k", "base_url": server.url, "max_retries": 0}
        async with AsyncOpenAI(**settings, verify=False) as careless:
            await careless.models.list()
            await careless.models.list()
            for verify in (True, ROOT.pem):
                with pytest.raises(APIConnectionError, match="certificate"):
                    await careless.with_options(verify=verify).models.list()
            await careless.models.list()
    assert len(server.requests) == 3 and server.resumed[1:] == []
