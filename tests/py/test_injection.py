"""What users hand over never becomes more than it is: no second header, no second request, no
other host. And names of hosts that other parsers read differently.
"""

from __future__ import annotations

import asyncio  # async only
from typing import Any

import pytest

from openai_native import APIConnectionError, APIStatusError, AsyncOpenAI
from openai_native._models import FinalRequestOptions
from scripted import ScriptedServer, answer

MODEL = {"id": "m", "object": "model", "created": 1, "owned_by": "me"}
CONTROLS = ["\r\nX: y", "\n", "\r", "\0", "\x0b", "\x7f", "\x1b[2J"]


async def goes_on(client: AsyncOpenAI, scripted: ScriptedServer) -> None:
    scripted.answers.append(answer(body=MODEL))
    assert (await client.models.retrieve("m")).id == "m"
    assert scripted.last.target.endswith("/models/m")


@pytest.mark.parametrize(
    "method", ["GET\r\nX: y", "POST /evil HTTP/1.1\r\n", "GE T", "", "G\0T", "GÉT", "GET:"]
)
async def test_methods(scripted: ScriptedServer, scripted_client: AsyncOpenAI, method: str) -> None:
    """CVE-2023-49082"""
    options = FinalRequestOptions.construct(method=method, url="/x")
    with pytest.raises(ValueError, match=r"method|null character"):
        await scripted_client.request(object, options)
    assert not scripted.requests
    await goes_on(scripted_client, scripted)


@pytest.mark.parametrize("control", CONTROLS)
async def test_headers(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, control: str
) -> None:
    """CVE-2023-49081 and its like: nothing that would end a header."""
    for headers in ({"X-A": f"a{control}"}, {f"X{control}": "a"}, {f"{control}": "a"}):
        with pytest.raises(ValueError, match="header"):
            await scripted_client.models.list(extra_headers=headers)
        with pytest.raises(ValueError, match="header"):
            AsyncOpenAI(api_key="k", default_headers=headers)
        with pytest.raises(ValueError, match="header"):
            await scripted_client.realtime.connect(model="m", extra_headers=headers).enter()
    for name in ("organization", "project", "api_key"):
        setting: Any = {"api_key": "k", name: f"a{control}"}
        with pytest.raises(ValueError, match=name):
            AsyncOpenAI(**setting)
    assert not scripted.requests
    await goes_on(scripted_client, scripted)


async def test_the_framing_is_ours(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    """CVE-2023-47641, from the other side: no lengths that contradict the body."""
    for name in ("Content-Length", "Transfer-Encoding", "content-length"):
        with pytest.raises(ValueError, match="the client computes it"):
            await scripted_client.models.list(extra_headers={name: "5"})
    assert not scripted.requests
    await goes_on(scripted_client, scripted)


@pytest.mark.parametrize("control", [*CONTROLS, " ", "/../", "?a=b", "#f", "%0d%0a", "%2e%2e", "é"])
async def test_urls(scripted: ScriptedServer, scripted_client: AsyncOpenAI, control: str) -> None:
    """Of arguments nothing but their own place, encoded once (cpp-httplib CVE-2026-45372)."""
    await scripted_client.models.retrieve(f"a{control}b")
    await scripted_client.models.list(extra_query={f"a{control}": f"b{control}"})
    for request in scripted.requests:
        assert not set(request.target) & {" ", "\r", "\n", "\0", "#", "\x7f", "\x1b"}
        assert request.target.isascii() and request.header("X") is None
    one, two = scripted.requests
    assert one.target.startswith("/v1/models/a%") and one.target.count("/") == 3
    assert one.query == [] and two.query == [(f"a{control}", f"b{control}")]
    await goes_on(scripted_client, scripted)


@pytest.mark.parametrize("control", ["\r\nHost: evil.example", "\n", "\0", " HTTP/1.1\r\n\r\n"])
async def test_paths(scripted: ScriptedServer, scripted_client: AsyncOpenAI, control: str) -> None:
    await scripted_client.get(f"/x{control}", cast_to=object)
    assert scripted.last.target.startswith("/v1/x%")
    assert scripted.last.header("host") == scripted_client.base_url.netloc.decode()
    assert len(scripted.requests) == 1
    await goes_on(scripted_client, scripted)


async def test_forms(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    create: Any = scripted_client.files.create
    await create(file=('a"\r\nX: y\r\n\r\n', b"data"), purpose="batch")
    assert b'filename="a%22%0D%0AX: y%0D%0A%0D%0A"\r\n' in scripted.last.body
    for file in (
        ("a", b"data", "text/plain\r\nX: y"),
        ("a", b"data", "text/plain", {"X-A": "b\r\nc"}),
        ("a", b"data", "text/plain", {"X-A\r\nX": "b"}),
    ):
        with pytest.raises(ValueError, match="header"):
            await create(file=file, purpose="batch")
    assert len(scripted.requests) == 1
    await goes_on(scripted_client, scripted)


@pytest.mark.parametrize(
    "control", ["\r\n", "\n", "\0", "\t", " ", "%00", "%0d%0aX: y", "%2f", "%40"]
)
def test_hosts(control: str) -> None:
    """Names are checked as they will be used, after decoding (curl CVE-2022-27780)."""
    for setting in ("base_url", "proxy"):
        for url in (f"http://good{control}.example", f"http://{control}good.example:80"):
            given: Any = {"api_key": "k", setting: url}
            with pytest.raises(ValueError, match=setting):
                AsyncOpenAI(**given)


def test_hosts_that_are_none() -> None:
    for host in (
        "a" * 255,
        "[::1]x",
        "[1.2.3.4]",
        "[]",
        "local\u2024host",
        "[::1%25]",
        "[::1%25a/b]",
    ):
        with pytest.raises(ValueError, match="base_url"):
            AsyncOpenAI(api_key="k", base_url=f"http://{host}/v1")
    # What looks like another host, to the eye or to other parsers.
    client = AsyncOpenAI(api_key="k", base_url="http://good.example#@evil.example/")
    assert client._address.host == "good.example"
    with pytest.raises(NotImplementedError, match="user name"):
        AsyncOpenAI(api_key="k", base_url="http://good.example\\@evil.example/")


# async only
@pytest.mark.http1
async def test_zones_of_addresses(scripted: ScriptedServer) -> None:
    """A zone is the machine's own: it chooses the way, and is told to nobody (CVE-2022-27775)."""
    server = await asyncio.start_server(scripted._answer, "::1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        for zone in ("%25lo", "%lo", ""):
            url = f"http://[::1{zone}]:{port}/v1"
            async with AsyncOpenAI(api_key="k", base_url=url, max_retries=0) as client:
                await client.models.list()
                assert scripted.last.header("host") == f"[::1]:{port}"


@pytest.mark.parametrize(
    "location",
    [
        "http://good.example%2f.evil.example/",
        "http://user@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}:80/",
        "http://[::1%25lo]/",
        "http://127.0.0.1:{port}\\@evil.example/",
        "http:///127.0.0.1/",
        "ftp://127.0.0.1/",
        "//127.0.0.1 :{port}/",
    ],
)
async def test_redirects_to_nowhere(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, location: str
) -> None:
    """They are not followed: the answer is the error (curl CVE-2022-27779, -27780)."""
    port = scripted.url.split(":")[2].removesuffix("/v1")
    moved = {"Location": location.format(port=port)}
    scripted.answers.append(answer(307, b"", headers=moved, content_type=None))
    with pytest.raises(APIStatusError, match="307"):
        await scripted_client.models.list()
    assert len(scripted.requests) == 1
    await goes_on(scripted_client, scripted)


async def test_names_too_long_for_socks(scripted: ScriptedServer) -> None:
    """CVE-2023-38545: a name that does not fit is not cut. Nor is it looked up by us."""
    settings: Any = {"api_key": "k", "max_retries": 0, "proxy": "socks5h://127.0.0.1:1"}
    for name in ("a" * 254 + ".example", "b." * 150):
        with pytest.raises(ValueError, match="not a host name"):
            AsyncOpenAI(base_url=f"http://{name}/v1", **settings)
    moved = {"Location": f"http://{'a' * 300}/"}
    async with AsyncOpenAI(api_key="k", max_retries=0, base_url=scripted.url) as client:
        scripted.answers.append(answer(307, b"", headers=moved, content_type=None))
        with pytest.raises((APIStatusError, APIConnectionError)):
            await client.models.list()
        await goes_on(client, scripted)
