"""Every error status with both clients: the exception, its attributes, the attempts and pauses."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import itertools
import logging
import re
from typing import Any

import pytest

from recorder import Recorder, recording
from scripted import answer
from test_wire_parity import first_difference

STATUSES = [400, 401, 403, 404, 405, 408, 409, 413, 418, 422, 429, 500, 502, 503, 504, 529]
BODIES: list[Any] = [
    {"error": {"message": "Told.", "code": 17, "param": "p", "type": "t"}},
    {"message": "flat"},
    b"<html>gateway</html>",
]
# The last asks for a longer pause than anybody waits: no retry then.
HEADERS = [
    {"retry-after-ms": "1", "x-request-id": "req_1"},
    {"retry-after": "0.002", "x-should-retry": "true"},
    {"retry-after-ms": "1", "x-should-retry": "false"},
    {"retry-after": "130"},
]
ATTRIBUTES = ("message", "status_code", "request_id", "code", "param", "type", "body")
PAUSE = re.compile(r"[Rr]etry\w* .*?([0-9.]+) ?s")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("client", ["AsyncOpenAI", "OpenAI"])
def test_errors_are_the_same(client: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with recording() as server:
        compared = asyncio.run(compare(client, server, caplog))
    print(f"{compared} of {compared} errors of {client} agree")


async def compare(client: str, server: Recorder, caplog: pytest.LogCaptureFixture) -> int:
    packages = [importlib.import_module(name) for name in ("openai", "openai_native")]
    clients = [
        getattr(each, client)(base_url=server.url, api_key="k", max_retries=1) for each in packages
    ]
    cases = list(itertools.product(STATUSES, BODIES, HEADERS))
    for status, body, headers in cases:
        kind = "text/html" if isinstance(body, bytes) else "application/json"
        whole = answer(status, body, headers=headers, content_type=kind)
        server.reply = lambda _, whole=whole: whole  # type: ignore[misc]
        seen = []
        for each in clients:
            caplog.clear()
            seen.append(await outcome(each, server))
            seen[-1]["pauses"] = pauses(caplog)
        assert seen[0] == seen[1], f"{status} {headers}: {first_difference(*seen)}"
    for each in clients:
        closing = each.close()
        if inspect.isawaitable(closing):
            await closing
    return len(cases)


async def outcome(client: Any, server: Recorder) -> dict[str, Any]:
    try:
        result = client.models.retrieve("m")
        await result if inspect.isawaitable(result) else None
        raised: Any = "nothing"
    except Exception as error:
        raised = [type(error).__name__, str(error), *described(error)]
    counts = [request.header("x-stainless-retry-count") for request in server.requests]
    server.taken()
    return {"raised": raised, "attempts": counts}


def described(error: Exception) -> list[Any]:
    return [getattr(error, name, "none") for name in ATTRIBUTES]


def pauses(caplog: pytest.LogCaptureFixture) -> list[float]:
    texts = [record.getMessage() for record in caplog.records]
    return [float(found[1]) for text in texts if (found := PAUSE.search(text))]
