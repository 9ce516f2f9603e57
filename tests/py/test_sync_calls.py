"""The synchronous client: threads, event loops beside it, settings, what it shares."""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx2
import openai
import pytest

import openai_native
from openai_native import APIConnectionError, APITimeoutError, AsyncOpenAI, OpenAI, _core
from scripted_sync import ScriptedServer, answer
from twin_tests import FIXTURES

if TYPE_CHECKING:
    from openai_native.mock import MockServer

globals().update(FIXTURES)
MESSAGES: Any = [{"role": "user", "content": "hi"}]


def ask(client: OpenAI, times: int = 1) -> None:
    for _ in range(times):
        done = client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
        assert done.choices[0].message.content


def parameters(function: Any) -> list[tuple[str, Any]]:
    """The order of keywords is of no interest."""
    found = [(p.name, p.kind) for p in inspect.signature(function).parameters.values()]
    plain = [each for each in found if each[1] is not inspect.Parameter.KEYWORD_ONLY]
    return plain + sorted(each for each in found if each not in plain)


@pytest.mark.parametrize(
    "name", ["__init__", "copy", "with_options", "get", "post", "request", "get_api_list", "close"]
)
def test_same_parameters_as_the_official_client(name: str) -> None:
    takes_network = name in ("__init__", "copy", "with_options")
    own = [("network", inspect.Parameter.VAR_KEYWORD)] if takes_network else []
    official = parameters(getattr(openai.OpenAI, name))
    assert sorted(parameters(getattr(OpenAI, name))) == sorted(official + own)


def test_class_names_are_the_official_ones() -> None:
    for name in ("OpenAI", "Stream", "DefaultHttpxClient", "DefaultHttpx2Client"):
        cls = getattr(openai_native, name)
        assert (cls.__name__, cls.__module__) == (name, "openai_native")
    assert openai_native.Client is OpenAI
    assert openai_native._client.OpenAI is OpenAI  # type: ignore[attr-defined]
    completions = openai_native.resources.chat.completions.Completions
    assert completions.__module__ == "openai_native.resources.chat.completions.completions"


def test_same_request_as_the_official_client(scripted: ScriptedServer) -> None:
    for package in (openai, openai_native):
        with package.OpenAI(base_url=scripted.url, api_key="k", max_retries=0) as made:
            made.models.retrieve("m", extra_query={"a": "1"})
    official, ours = scripted.requests
    assert (ours.method, ours.target) == (official.method, official.target)
    own = {"user-agent", "x-stainless-package-version", "connection", "host"}

    def told(request: Any) -> dict[str, str]:
        pairs = ((name.lower(), value) for name, value in request.headers)
        return {name: value for name, value in pairs if name not in own}

    assert told(ours) == told(official)
    assert ours.header("x-stainless-async") == "false"
    assert ours.header("user-agent") == "OpenAI/Python 3.52.0"


@pytest.mark.parametrize("size", [1, 10])
def test_many_threads(client: OpenAI, size: int) -> None:
    with ThreadPoolExecutor(size) as pool:
        for done in [pool.submit(ask, client, 20) for _ in range(size)]:
            done.result(timeout=60)


def test_calls_of_threads_overlap(server: MockServer, client: OpenAI) -> None:
    def slow() -> None:
        client.chat.completions.create(model="mock-fault:delay=0.5", messages=MESSAGES)

    start = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(slow) for _ in range(8)]:
            done.result(timeout=30)
    assert time.monotonic() - start < 8 * 0.5


async def test_beside_a_running_loop(server: MockServer, client: OpenAI) -> None:
    """On the loop's own thread, between awaited calls of the same process."""
    async with AsyncOpenAI(base_url=server.base_url, api_key="k") as other:
        for _ in range(3):
            await other.models.list()
            ask(client)
        task = asyncio.ensure_future(other.models.list())
        await asyncio.sleep(0)
        ask(client)
        await task
        await asyncio.gather(*(asyncio.to_thread(ask, client, 3) for _ in range(4)))


def test_a_call_lets_other_threads_run(server: MockServer, client: OpenAI) -> None:
    steps = 0
    over = threading.Event()

    def count() -> None:
        nonlocal steps
        while not over.wait(0.001):
            steps += 1

    counter = threading.Thread(target=count)
    counter.start()
    client.chat.completions.create(model="mock-fault:delay=0.2", messages=MESSAGES)
    over.set()
    counter.join()
    assert steps > 3


def test_stop_engine_fails_calls_and_starts_again(client: OpenAI) -> None:
    def stop() -> None:
        time.sleep(0.1)
        _core.stop_engine()

    stopper = threading.Thread(target=stop)
    stopper.start()
    with pytest.raises(APIConnectionError, match="exiting or has forked"):
        client.chat.completions.create(model="mock-fault:hang", messages=MESSAGES)
    stopper.join()
    ask(client)


def test_timeouts(client: OpenAI) -> None:
    with pytest.raises(APITimeoutError):
        client.chat.completions.create(
            model="mock-fault:hang", messages=MESSAGES, timeout=httpx2.Timeout(5, read=0.1)
        )


def test_closed_client(scripted: ScriptedServer) -> None:
    client = OpenAI(base_url=scripted.url, api_key="k")
    assert not client.is_closed()
    with client as same:
        assert same is client
        client.models.retrieve("m")
    assert client.is_closed()
    with pytest.raises(RuntimeError, match="closed"):
        client.models.retrieve("m")


def test_closing_ends_the_calls_of_other_threads(server: MockServer) -> None:
    client = OpenAI(base_url=server.base_url, api_key="k", max_retries=0)
    closer = threading.Timer(0.1, client.close)
    closer.start()
    with pytest.raises(APIConnectionError):
        client.chat.completions.create(model="mock-fault:hang", messages=MESSAGES)
    closer.join()


def test_copy_shares_connections(scripted: ScriptedServer, scripted_client: OpenAI) -> None:
    copied = scripted_client.with_options(default_headers={"X-A": "1"}, timeout=3)
    assert isinstance(copied, OpenAI) and copied._client is scripted_client._client
    scripted_client.models.retrieve("m")
    copied.models.retrieve("m")
    assert scripted.last.header("x-a") == "1"
    assert scripted.last.header("x-stainless-read-timeout") == "3"


def test_api_key_from_a_function(scripted: ScriptedServer) -> None:
    keys = iter(["first", "second"])
    with OpenAI(base_url=scripted.url, api_key=lambda: next(keys)) as client:
        client.models.retrieve("m")
        client.models.retrieve("m")
    sent = [request.header("authorization") for request in scripted.requests]
    assert sent == ["Bearer first", "Bearer second"]


def test_error_of_the_key_function(scripted: ScriptedServer) -> None:
    def broken() -> str:
        raise LookupError("no key today")

    with OpenAI(base_url=scripted.url, api_key=broken) as client, pytest.raises(LookupError):
        client.models.retrieve("m")
    assert not scripted.requests


@pytest.fixture
def plain() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=7) as made:
        yield made


def test_http_clients(scripted: ScriptedServer, plain: httpx2.Client) -> None:
    for given in (
        plain,
        openai_native.DefaultHttpxClient(timeout=7),
        openai_native.DefaultHttpx2Client(timeout=7),
    ):
        client = OpenAI(base_url=scripted.url, api_key="k", http_client=given)
        client.models.retrieve("m")
        assert scripted.last.header("x-stainless-read-timeout") == "7"
        client.close()


@pytest.mark.parametrize(
    "wrong", [openai_native.DefaultAsyncHttpxClient(), httpx2.AsyncClient(), object()]
)
def test_http_clients_of_the_other_face_are_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"Expected an instance of `httpx\.Client`"):
        OpenAI(api_key="k", http_client=wrong)


def test_undocumented_endpoints(scripted: ScriptedServer, scripted_client: OpenAI) -> None:
    scripted.answers.append(answer(200, {"a": [1]}))
    assert scripted_client.post("/new", cast_to=object, body={"b": 2}) == {"a": [1]}
    assert (scripted.last.path, scripted.last.json()) == ("/v1/new", {"b": 2})


def test_embeddings(client: OpenAI) -> None:
    made = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"])
    assert all(isinstance(value, float) for item in made.data for value in item.embedding)


def test_dropped_clients_leave_nothing(server: MockServer) -> None:
    for _ in range(3):
        ask(OpenAI(base_url=server.base_url, api_key="k"))
        gc.collect()


def test_first_calls_of_many_threads(server: MockServer) -> None:
    """Types and plans are made once, whoever comes first."""
    import subprocess
    import sys

    program = f"""
import threading
from openai_native import OpenAI
client = OpenAI(base_url={server.base_url!r}, api_key="k")
start = threading.Barrier(10)
seen = []
def ask():
    start.wait()
    done = client.chat.completions.create(
        model="gpt-4o", messages=[{{"role": "user", "content": "hi"}}])
    seen.append(type(done))
threads = [threading.Thread(target=ask) for _ in range(10)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert len(seen) == 10 and len(set(seen)) == 1, seen
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)
