"""What every test gets: both event loops, a local server, a check that nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from h2_servers import H2Server, in_front_of
from scripted import ScriptedServer

if TYPE_CHECKING:
    from openai_native import AsyncOpenAI
    from openai_native.mock import MockServer

try:
    import uvloop
except ImportError:
    uvloop = None  # type: ignore[assignment]

_stray: list[str] = []


def _watched(make_loop: Callable[[], asyncio.AbstractEventLoop]) -> Callable[[], Any]:
    def factory() -> asyncio.AbstractEventLoop:
        loop = make_loop()
        loop.set_exception_handler(lambda _, context: _stray.append(str(context)))
        return loop

    return factory


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    factories = {"asyncio": _watched(asyncio.new_event_loop)}
    # LOOPS=asyncio halves the time: for the other Pythons in CI, whose loops are the same.
    if uvloop is not None and "uvloop" in os.environ.get("LOOPS", "uvloop"):
        factories["uvloop"] = _watched(uvloop.new_event_loop)
    return factories


def pytest_collection_finish(session: pytest.Session) -> None:
    # What is imported by now stays: collections after each test need not walk it again.
    gc.collect()
    gc.freeze()


# What stands between the clients and the local servers: "" (nothing), "tls", "h2" (HTTP/2 over TLS)
# or "h2c" (HTTP/2 without TLS, by prior knowledge, so by clients that the fixtures make). With one
# of the latter the tests that cannot tell the difference are run, and no others.
OVER = os.environ.get("OVER", "")
_OVERABLE = {"client", "scripted_client"} | ({"server"} if OVER != "h2c" else set())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not OVER:
        return
    skipped = [item for item in items if not _runs_over(item)]
    items[:] = [item for item in items if _runs_over(item)]
    config.hook.pytest_deselected(items=skipped)


def _runs_over(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & _OVERABLE) and item.get_closest_marker("http1") is None


def _in_front_of(url: str, root: Path) -> Any:
    alpn = {"tls": "http/1.1", "h2": "h2", "h2c": ""}[OVER]
    upstream = urlsplit(url).port
    assert upstream is not None
    return in_front_of(upstream, "nghttpx", root, alpn)


def _how(front: H2Server) -> dict[str, Any]:
    """How a client reaches a server through `front`."""
    from openai_native import DefaultAsyncHttpxClient

    if OVER == "h2c":
        return {"http_client": DefaultAsyncHttpxClient(http1=False, http2=True)}
    return {"verify": front.ca_file}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the machine's own settings."""
    for name in (
        "OPENAI_ADMIN_KEY",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OPENAI_CUSTOM_HEADERS",
        "OPENAI_LOG",
        "OPENAI_ORG_ID",
        "OPENAI_PROJECT_ID",
        "OPENAI_WEBHOOK_SECRET",
        "ALL_PROXY",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "all_proxy",
        "http_proxy",
        "https_proxy",
    ):
        monkeypatch.delenv(name, raising=False)


def _alive() -> dict[str, int]:
    from openai_native import _core

    return {name: count for name, count in _core.live_objects().items() if count}


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No call, stream, connection or queue entry stays alive, no loop reported an error."""
    _stray.clear()
    before = _alive()
    yield
    gc.collect()
    # The engine lets go of its objects on its own thread.
    deadline = time.monotonic() + 2
    while (left := _alive()) and left != before and time.monotonic() < deadline:
        time.sleep(0.005)
        gc.collect()  # on 3.10 what a finalizer closes is found by the next collection only
    assert not left or left == before, f"still alive: {left}"
    assert not _stray, _stray
    # What the test has imported stays, too: the next collections need not walk it again.
    gc.freeze()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockServer]:
    from openai_native.mock import MockServer

    if not OVER:
        with MockServer() as running:
            yield running
        return

    class FrontedServer(MockServer):
        front: H2Server | None = None

        @property
        def base_url(self) -> str:
            return super().base_url if self.front is None else self.front.url

    with (
        FrontedServer() as running,
        _in_front_of(running.base_url, tmp_path_factory.mktemp("front")) as front,
    ):
        running.front = front
        if OVER != "h2c":
            os.environ["SSL_CERT_FILE"] = front.ca_file
        yield running


@pytest.fixture
async def client(server: MockServer) -> AsyncIterator[AsyncOpenAI]:
    """A client of the local server."""
    from openai_native import AsyncOpenAI

    front = getattr(server, "front", None)
    how = _how(front) if front is not None else {}
    async with AsyncOpenAI(
        base_url=server.base_url, api_key="test-key", max_retries=0, **how
    ) as made:
        yield made


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedServer]:
    """A server that answers what the test says and remembers what it was asked."""
    async with ScriptedServer() as running:
        yield running


@pytest.fixture
async def scripted_client(
    scripted: ScriptedServer, request: pytest.FixtureRequest
) -> AsyncIterator[AsyncOpenAI]:
    from openai_native import AsyncOpenAI

    url, how = scripted.url, dict[str, Any]()
    with contextlib.ExitStack() as stack:
        if OVER:
            root = request.getfixturevalue("tmp_path_factory").mktemp("front")
            front = stack.enter_context(_in_front_of(url, root))
            url, how = front.url, _how(front)
        async with AsyncOpenAI(base_url=url, api_key="test-key", max_retries=0, **how) as made:
            yield made
