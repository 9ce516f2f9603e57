"""A secret goes over the wire and nowhere else: not into logs, reprs, errors, tracebacks with their
locals, pickles, statistics. Every secret here holds one word, and everything that can be shown is
searched for it.
"""

from __future__ import annotations

import asyncio  # async only
import base64
import contextlib
import gc
import pickle
import subprocess  # async only
import sys  # async only
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import openai_native
from openai_native import AsyncAzureOpenAI, AsyncOpenAI
from scripted import ScriptedServer, answer, events
from secret_trail import KEY, WORD, Trail, chain_of, recorded

NOBODY = "http://127.0.0.1:1/v1"
ANSWERS: Any = {
    "fine": answer(body={"id": "m", "object": "model", "created": 1, "owned_by": "me"}),
    "401": answer(401, {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}),
    "500": answer(500, b"oops", content_type="text/plain"),
    "not JSON": answer(200, b"{", content_type="application/json"),
    "cut": None,
    "redirect": answer(307, b"", headers={"Location": f"{NOBODY}/x"}, content_type=None),
}


_TOKEN = answer(body={"access_token": KEY, "expires_in": 3600})
EXCHANGES: Any = (
    [_TOKEN, answer()],
    [_TOKEN, answer(401), _TOKEN, answer(401)],
    [answer(400, {"error": "invalid_grant", "error_description": "no"})],
    [answer(200, b"{"), None],
    [answer(body={"access_token": KEY, "expires_in": "soon"})],
)


@pytest.fixture
def trail(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Trail]:
    with recorded(caplog, capfd) as made:
        yield made


async def hands_over() -> str:
    return KEY


def kinds(url: str) -> dict[str, Callable[[], Any]]:
    """Clients with a secret each, in every place that takes one."""

    def plain(**settings: Any) -> Any:
        return AsyncOpenAI(**{"api_key": "k", "base_url": url, "max_retries": 0, **settings})

    def azure(**settings: Any) -> Any:
        place = {"azure_endpoint": url, "api_version": "v1", "max_retries": 0}
        return AsyncAzureOpenAI(**place, **settings)

    return {
        "key": lambda: plain(api_key=KEY),
        "callable": lambda: plain(api_key=hands_over),
        "admin": lambda: plain(admin_api_key=KEY),
        "webhooks": lambda: plain(webhook_secret=KEY),
        "headers": lambda: plain(default_headers={"X-Api-Key": KEY, "Cookie": KEY}),
        "azure key": lambda: azure(api_key=KEY),
        "azure token": lambda: azure(azure_ad_token=KEY),
        "azure provider": lambda: azure(azure_ad_token_provider=hands_over),
        "python lane": lambda: plain(
            api_key=KEY,
            http_client=openai_native.DefaultAsyncHttpxClient(event_hooks={"request": [quiet]}),
        ),
        "proxy": lambda: plain(proxy=f"http://me:{KEY}@127.0.0.1:1"),
        "socks": lambda: plain(proxy=f"socks5h://me:{KEY}@127.0.0.1:1"),
        "proxy on the python lane": lambda: plain(
            http_client=openai_native.DefaultAsyncHttpxClient(
                event_hooks={"request": [quiet]}, proxy=f"http://me:{KEY}@127.0.0.1:1"
            ),
        ),
    }


async def quiet(_: Any) -> None: ...


def look_at(trail: Trail, client: Any) -> None:
    trail.of(client, client.chat.completions, client.with_raw_response, client._client)
    trail.of(client.transport_info(), client.stats(), client.base_url)
    for wrong in (lambda: pickle.dumps(client), lambda: client.no_such, lambda: client(1)):
        try:
            wrong()
        except Exception as error:
            trail.of(error)


@pytest.mark.parametrize("kind", kinds(""))
async def test_calls(scripted: ScriptedServer, trail: Trail, kind: str) -> None:
    """However they end, a client's secret stays its own."""
    async with kinds(scripted.url)[kind]() as client:
        look_at(trail, client)
        for reply in ANSWERS.values():
            scripted.answers.clear()
            scripted.answers.append(reply)
            try:
                raw = await client.models.with_raw_response.retrieve("m")
                trail.of(raw, raw.headers, raw.http_response, raw.http_request, raw.parse())
            except Exception as error:
                trail.of(error, *chain_of(error))
                for part in ("request", "response"):
                    if hasattr(error, part):
                        trail.of(getattr(error, part))
        scripted.answers.clear()
        scripted.answers.append(events('{"id": "x"}', '{"error": {"message": "m"}}'))
        try:
            stream = await client.completions.create(model="m", prompt="p", stream=True)
            trail.of(stream)
            async for event in stream:
                trail.of(event)
        except Exception as error:
            trail.of(error, *chain_of(error))
        look_at(trail, client)
        copied = client.with_options(timeout=1)
        look_at(trail, copied)
    try:
        await client.models.list()
    except Exception as error:
        trail.of(error)


async def test_the_search_finds(scripted: ScriptedServer) -> None:
    """A search that cannot fail proves nothing."""
    trail = Trail()
    here = KEY
    try:
        raise ValueError("x")
    except ValueError as error:
        trail.of(error)
    assert here
    with pytest.raises(AssertionError, match="traceback"):
        trail.check()
    trail.seen = [("header", "Basic " + base64.b64encode(f"me:{KEY}".encode()).decode())]
    with pytest.raises(AssertionError, match="header"):
        trail.check()


async def test_secrets_of_a_call(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI, trail: Trail
) -> None:
    for reply in (*ANSWERS.values(), None):
        scripted.answers.clear()
        scripted.answers.append(reply)
        headers = {"Authorization": f"Bearer {KEY}", "Api-Key": KEY, "Cookie": KEY, "X-Token": KEY}
        try:
            await scripted_client.models.retrieve("m", extra_headers=headers)
        except Exception as error:
            # Who hands a secret over has it among the locals of every function on its way.
            error.__traceback__ = None
            trail.of(error)


async def test_values_that_are_refused(trail: Trail) -> None:
    broken = f"{KEY}\n"
    wrong: Any = [
        {"api_key": broken},
        {"admin_api_key": broken},
        {"organization": broken},
        {"default_headers": {"Authorization": broken}},
        {"default_headers": {"Authorization": KEY.encode()}},
        {"proxy": f"http://me:{KEY}@ho st"},
        {"proxy": f"gopher://me:{KEY}@host"},
        {"proxy": f"socks5://me:{KEY * 30}@host"},
        {"base_url": f"http://me:{KEY}@host/v1"},
        {"workload_identity": {"provider": KEY}},
    ]
    del broken
    texts = []
    for settings in wrong:
        try:
            AsyncOpenAI(**{"api_key": "k", **settings})
        except Exception as error:
            texts.append(("refused", str(error) + repr(error.args)))
        else:
            raise AssertionError(f"taken: {list(settings)}")
    trail.seen += texts


async def test_workload_tokens(scripted: ScriptedServer, trail: Trail) -> None:
    """The token that is shown, and the one that is given for it."""
    identity: Any = {
        "identity_provider_id": "idp",
        "service_account_id": "sa",
        "provider": {"token_type": "jwt", "get_token": lambda: KEY},
    }
    for number in range(len(EXCHANGES)):
        scripted.answers.clear()
        scripted.answers.extend(EXCHANGES[number])
        async with AsyncOpenAI(
            workload_identity=identity, base_url=scripted.url, max_retries=0
        ) as client:
            client._workload_identity_auth.token_exchange_url = f"{scripted.url}/token"
            try:
                await client.models.list()
            except Exception as error:
                trail.of(error, *chain_of(error))
            look_at(trail, client)


async def test_web_sockets(scripted: ScriptedServer, trail: Trail) -> None:
    for reply in (answer(401), answer(307, headers={"Location": f"{NOBODY}/x"}), None):
        scripted.answers.clear()
        scripted.answers.append(reply)
        headers = {"X-Api-Key": KEY}
        async with AsyncOpenAI(
            api_key=KEY, base_url=scripted.url, default_headers=headers
        ) as client:
            del headers
            manager = client.realtime.connect(model="m")
            trail.of(manager)
            try:
                await manager.enter()
            except Exception as error:
                trail.of(error, *chain_of(error))


async def test_a_key_of_a_function_is_not_kept(scripted: ScriptedServer) -> None:
    """Nor by the objects of the call: a search through all that the collector knows."""
    handed_out = 0

    async def fetch() -> str:
        nonlocal handed_out
        handed_out += 1
        return "".join(("sk-", "ephemeral", str(handed_out)))

    async with AsyncOpenAI(base_url=scripted.url, api_key=fetch, max_retries=0) as client:
        for reply in (answer(), answer(401), events('{"id":"x"}')):
            scripted.answers.append(reply)
            with contextlib.suppress(openai_native.APIError):
                if reply.startswith(b"HTTP/1.1 200") and b"event-stream" in reply:
                    stream: Any = await client.completions.create(
                        model="m", prompt="p", stream=True
                    )
                    async for _ in stream:
                        pass
                else:
                    await client.models.list()
        del reply
        assert handed_out == 3
        assert scripted.last.header("authorization") == "Bearer sk-ephemeral3"
        scripted.requests.clear()
        assert client.api_key == ""
        assert keepers_of("sk-ephemeral") == []


def keepers_of(start: str) -> list[str]:
    gc.collect()
    found = []
    for keeper in gc.get_objects():
        if keeper is found:
            continue
        for each in gc.get_referents(keeper):
            if (
                type(each) is str
                and start in each
                and len(each) > len(start)
                and " or " not in each
            ):
                found.append(f"{type(keeper).__name__}: {keeper!r:.300}")
    return found


# async only
async def test_asyncio_in_debug_mode(
    scripted: ScriptedServer, trail: Trail, caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0  # tells of every one
    try:
        async with AsyncOpenAI(api_key=KEY, base_url=scripted.url, max_retries=0) as client:
            task = asyncio.ensure_future(client.models.list())
            trail.of(task, task.get_coro())
            await asyncio.sleep(0)
            trail.of(task, *(frame.f_locals for frame in task.get_stack()))
            await task
            lost = asyncio.ensure_future(client.with_options(base_url=NOBODY).models.list())
            await asyncio.wait([lost])
            trail.of(lost, lost.exception())
    finally:
        loop.set_debug(False)


PROCESS = f"""
import asyncio, os, sys
from pathlib import Path

os.environ["OPENAI_LOG"] = "debug"
os.environ["OPENAI_API_KEY"] = "sk-" + {WORD[:6]!r} + {WORD[6:]!r}
from openai_native import AsyncOpenAI, OpenAI, __main__
from openai_native.mock import MockServer

async def main(url):
    async with AsyncOpenAI(base_url=url) as client:
        await client.models.list()
        for name in ("status=500", "disconnect=mid-body", "status=401"):
            try:
                faulty = client.with_options(max_retries=1)
                await faulty.models.list(extra_headers={{"X-Mock-Fault": name}})
            except Exception as error:
                sys.excepthook(type(error), error, error.__traceback__)

with MockServer(quiet=False) as server:
    asyncio.run(main(server.base_url), debug=True)
    OpenAI(base_url=server.base_url).models.list()
    print(server, server.stats())
    for task in Path("/proc/self/task").glob("*/comm"):
        print(task.read_text())
    print(Path("/proc/self/cmdline").read_bytes())
    os.environ["OPENAI_BASE_URL"] = server.base_url
    sys.argv = ["openai-native", "demo"]
    __main__.main()
"""


# async only
def test_a_process_shows_nothing() -> None:
    """Its output, and what others see of it: names of threads (a core file has one), arguments."""
    command = [sys.executable, "-X", "dev", "-c", PROCESS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "GET" in done.stderr and "python" in done.stdout, done.stderr
    trail = Trail()
    trail.seen = [("stdout", done.stdout), ("stderr", done.stderr)]
    trail.check()
