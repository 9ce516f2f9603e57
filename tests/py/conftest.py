"""What every test gets: both event loops, a local server, a check that nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

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
    # What a test has imported stays, too: the next collections need not walk it again.
    gc.freeze()
    # The engine lets go of its objects on its own thread.
    deadline = time.monotonic() + 2
    while (left := _alive()) and left != before and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not left or left == before, f"still alive: {left}"
    assert not _stray, _stray


@pytest.fixture(scope="session")
def server() -> Iterator[MockServer]:
    from openai_native.mock import MockServer

    with MockServer() as running:
        yield running


@pytest.fixture
async def client(server: MockServer) -> AsyncIterator[AsyncOpenAI]:
    """A client of the local server."""
    from openai_native import AsyncOpenAI

    async with AsyncOpenAI(base_url=server.base_url, api_key="test-key", max_retries=0) as made:
        yield made


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedServer]:
    """A server that answers what the test says and remembers what it was asked."""
    async with ScriptedServer() as running:
        yield running


@pytest.fixture
async def scripted_client(scripted: ScriptedServer) -> AsyncIterator[AsyncOpenAI]:
    from openai_native import AsyncOpenAI

    async with AsyncOpenAI(base_url=scripted.url, api_key="test-key", max_retries=0) as made:
        yield made
