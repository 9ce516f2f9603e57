"""Through real proxies: squid, tinyproxy, microsocks."""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from websockets.exceptions import ProxyError

import proxy_servers
from openai_native import APIConnectionError, AsyncOpenAI, DefaultAsyncHttpxClient, OpenAI
from openai_native.mock import MockServer
from real_servers import free_port, needed, running
from scripted import ScriptedServer, events
from ws_server import WsServer

pytestmark = pytest.mark.http1  # it brings servers of its own


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


def certificate(authority: trustme.CA) -> bytes:
    made = authority.issue_cert("localhost")
    return made.private_key_pem.bytes() + b"".join(pem.bytes() for pem in made.cert_chain_pems)


@pytest.fixture(scope="module")
def squid(authority: trustme.CA) -> Iterator[dict[str, str]]:
    with proxy_servers.squid(certificate(authority)) as where:
        yield where


@pytest.fixture(scope="module")
def tinyproxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with proxy_servers.tinyproxy(tmp_path_factory.mktemp("tinyproxy")) as url:
        yield url


@pytest.fixture(scope="module")
def socks() -> Iterator[str]:
    with proxy_servers.microsocks() as place:
        yield place


@pytest.fixture(scope="module")
def closed_socks() -> Iterator[str]:
    with proxy_servers.microsocks("somebody", "secret") as place:
        yield place


@pytest.fixture(params=["squid", "squid with password", "squid over TLS", "tinyproxy"])
def http_proxy(request: pytest.FixtureRequest) -> str:
    if request.param == "tinyproxy":
        return str(request.getfixturevalue("tinyproxy"))
    where: dict[str, str] = request.getfixturevalue("squid")
    return where[{"squid": "open", "squid with password": "closed"}.get(request.param, "tls")]


@pytest.fixture(params=["socks5", "socks5h", "socks5h with password"])
def socks_proxy(request: pytest.FixtureRequest) -> str:
    scheme, *closed = request.param.split(" ", 1)
    return f"{scheme}://{request.getfixturevalue('closed_socks' if closed else 'socks')}"


@pytest.fixture
async def secure(authority: trustme.CA) -> AsyncIterator[ScriptedServer]:
    """An origin that speaks TLS only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    async with ScriptedServer(context) as running:
        yield running


def through(proxy: Any, origin: str, **settings: Any) -> AsyncOpenAI:
    http = DefaultAsyncHttpxClient(proxy=proxy, **settings)
    return AsyncOpenAI(api_key="sk-origin", base_url=origin, http_client=http, max_retries=0)


async def check_calls(origin: ScriptedServer, client: AsyncOpenAI) -> None:
    assert client.transport_info().lane == "native"
    async with client:
        await client.models.list()
        origin.answers.append(events('{"id":"1"}', '{"id":"2"}'))
        # tinyproxy closes each connection without a word: that may cross the next request.
        again = client.with_options(max_retries=1)
        stream = await again.chat.completions.create(model="m", messages=[], stream=True)
        assert [chunk.id async for chunk in stream] == ["1", "2"]
        assert client.stats().connections == 1 + ("tinyproxy" in str(origin.last.header("via")))
    assert [request.header("authorization") for request in origin.requests] == [
        "Bearer sk-origin"
    ] * 2
    for request in origin.requests:
        assert request.header("proxy-authorization") is None
        assert request.target.startswith("/v1/")


@pytest.fixture(autouse=True)
def trust(trusted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", trusted)


async def test_forwarded(http_proxy: str, scripted: ScriptedServer) -> None:
    await check_calls(scripted, through(http_proxy, scripted.url))


async def test_tunnelled(http_proxy: str, secure: ScriptedServer) -> None:
    await check_calls(secure, through(http_proxy, secure.url))


async def test_socks(socks_proxy: str, scripted: ScriptedServer) -> None:
    await check_calls(scripted, through(socks_proxy, scripted.url))


async def test_socks_and_tls(socks_proxy: str, secure: ScriptedServer) -> None:
    await check_calls(secure, through(socks_proxy, secure.url))


def wrong(url: str) -> tuple[str, str]:
    """With a password that is not the right one, and what errors may show of it."""
    scheme, _, rest = url.partition("://")
    place = rest.rpartition("@")[2]
    return f"{scheme}://somebody:hunter2@{place}", f"{scheme}://{place}"


@pytest.mark.parametrize("encrypted", [False, True])
async def test_wrong_passwords(
    squid: dict[str, str],
    closed_socks: str,
    scripted: ScriptedServer,
    secure: ScriptedServer,
    encrypted: bool,
) -> None:
    origin = secure if encrypted else scripted
    for proxy in (squid["closed"], f"socks5h://{closed_socks}"):
        url, shown = wrong(proxy)
        async with through(url, origin.url) as client:
            with pytest.raises(APIConnectionError) as caught:
                await client.models.list()
        message = str(caught.value)
        assert f"proxy {shown}" in message and "credentials" in message, message
        assert "hunter2" not in message and "aHVudGVyMg" not in message
        assert type(caught.value.__cause__).__name__ == "ProxyError"
    assert not origin.requests


async def test_refusals(squid: dict[str, str], socks: str) -> None:
    nobody = free_port()
    for proxy, origin, told in (
        (squid["open"], "https://forbidden.example/v1", "403 Forbidden"),
        (squid["open"], f"https://127.0.0.1:{nobody}/v1", "503 Service Unavailable"),
        (f"socks5h://{socks}", f"http://127.0.0.1:{nobody}/v1", "connection refused by the host"),
    ):
        async with through(proxy, origin) as client:
            with pytest.raises(APIConnectionError) as caught:
                await client.models.list()
        assert told in str(caught.value) and f"proxy {proxy}" in str(caught.value)
    async with through(f"http://127.0.0.1:{nobody}", "https://api.invalid/v1") as client:
        with pytest.raises(APIConnectionError, match=f"proxy http://127.0.0.1:{nobody}: tried"):
            await client.models.list()


async def test_untrusted_proxy(
    squid: dict[str, str], scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with through(squid["tls"], scripted.url) as client:
        with pytest.raises(APIConnectionError, match=r"proxy https://localhost.*certificate"):
            await client.models.list()


async def test_environment(
    squid: dict[str, str],
    socks: str,
    scripted: ScriptedServer,
    secure: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", squid["closed"])
    monkeypatch.setenv("ALL_PROXY", f"socks5h://{socks}")
    client = AsyncOpenAI(api_key="sk-origin", base_url=scripted.url, max_retries=0)
    shown = client.transport_info().settings["proxies"]
    assert "home" not in str(shown) and "p%3A" not in str(shown)
    await check_calls(scripted, client)
    assert scripted.last.header("via") is not None  # squid says that it was there
    await check_calls(secure, AsyncOpenAI(api_key="sk-origin", base_url=secure.url, max_retries=0))


async def test_differing_proxies_share_nothing(
    squid: dict[str, str], tinyproxy: str, scripted: ScriptedServer
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for proxy in (squid["open"], tinyproxy, None):
            client = await stack.enter_async_context(through(proxy, scripted.url))
            await client.models.list()
    vias = [request.header("via") for request in scripted.requests]
    assert "squid" in str(vias[0]) and "tinyproxy" in str(vias[1]) and vias[2] is None


async def test_many_at_once(squid: dict[str, str], server: MockServer) -> None:
    async with through(squid["closed"], server.base_url) as client:
        await asyncio.gather(*(client.models.list() for _ in range(50)))
        assert 1 <= client.stats().connections <= 50


def test_the_synchronous_face(squid: dict[str, str], server: MockServer) -> None:
    with OpenAI(api_key="k", base_url=server.base_url, proxy=squid["closed"]) as client:
        assert client.transport_info().lane == "native"
        assert client.models.list().data
        elsewhere = client.with_options(proxy=wrong(squid["closed"])[0], max_retries=0)
        with pytest.raises(APIConnectionError, match="credentials"):
            elsewhere.models.list()


@pytest.mark.parametrize("encrypted", [False, True])
async def test_web_sockets(
    squid: dict[str, str], closed_socks: str, authority: trustme.CA, encrypted: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with WsServer(tls=context if encrypted else None) as sockets:
        for proxy in (squid["closed"], squid["tls"], f"socks5h://{closed_socks}"):
            client = through(proxy, sockets.url)
            async with client, client.realtime.connect(model="m") as connection:
                await connection.send_raw('{"type": "unknown"}')
                assert (await connection.recv()).type == "unknown"
        wrong_url, shown = wrong(squid["closed"])
        async with through(None, sockets.url) as client:
            options: Any = {"proxy": wrong_url}
            with pytest.raises(ProxyError, match=f"proxy {shown}.*407") as caught:
                await client.realtime.connect(
                    model="m", websocket_connection_options=options
                ).enter()
            assert "hunter2" not in str(caught.value)
    assert {request.headers.get("Proxy-Authorization") for request in sockets.requests} == {None}


@pytest.fixture(scope="module")
def nginx(
    authority: trustme.CA, server: MockServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """The path of its unix socket, and where it speaks TLS and HTTP/2."""
    found = needed("nginx")
    root = tmp_path_factory.mktemp("nginx")
    (root / "server.pem").write_bytes(certificate(authority))
    port = free_port()
    upstream = server.base_url.removesuffix("/v1")
    (root / "nginx.conf").write_text(proxy_servers.nginx(root, port, upstream))
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    command = (found, "-p", str(root), "-c", str(root / "nginx.conf"), *user)
    with running(*command, port=port):
        yield root / "api.sock", f"https://localhost:{port}/v1"


@pytest.mark.parametrize("kind", ["closed", "tls", "socks"])
async def test_http2_through_tunnels(
    squid: dict[str, str], socks: str, nginx: tuple[Path, str], kind: str
) -> None:
    proxy = f"socks5h://{socks}" if kind == "socks" else squid[kind]
    async with through(proxy, nginx[1]) as client:
        raw = await client.models.with_raw_response.list()
        assert raw.parse().data and raw.http_response.http_version == "HTTP/2"
        await asyncio.gather(*(client.models.list() for _ in range(20)))
        assert client.stats().connections == 1


@pytest.mark.parametrize("by_url", [True, False])
async def test_unix_socket(nginx: tuple[Path, str], by_url: bool) -> None:
    path = str(nginx[0])
    settings: Any = {"base_url": "http://localhost/v1", "uds": path}
    if by_url:
        settings = {"base_url": f"http+unix://{path.replace('/', '%2F')}/v1"}
    async with AsyncOpenAI(api_key="k", max_retries=0, **settings) as client:
        assert client.transport_info().lane == "native"
        assert (await client.models.list()).data
        stream = await client.chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": "x"}], stream=True
        )
        assert [chunk async for chunk in stream]


async def test_missing_unix_socket(tmp_path: Path) -> None:
    async with AsyncOpenAI(api_key="k", uds=tmp_path / "none", max_retries=0) as client:
        with pytest.raises(APIConnectionError, match=r"unix socket .*none \(No such file"):
            await client.models.list()
