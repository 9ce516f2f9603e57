"""The same program and the same answers for the official package and for ours: everything that can
be seen from outside must be the same.
"""

from __future__ import annotations

import importlib
import json
import re
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from both_packages import Program, described, outcome
from scripted import Request, ScriptedServer

# What is each client's own: names, versions, connection handling.
_OWN = ("user-agent", "accept-encoding", "connection", "host", "content-length")
_PLATFORM = ("lang", "package-version", "os", "arch", "runtime", "runtime-version")
_MADE_UP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IGNORED = {*_OWN, *(f"x-stainless-{name}" for name in _PLATFORM)}


def sent(request: Request) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in request.headers}
    kept = {name: value for name, value in headers.items() if name not in _IGNORED}
    key = kept.get("idempotency-key", "")
    kept |= {"idempotency-key": "made up"} if _MADE_UP.fullmatch(key) else {}
    kind, _, boundary = kept.get("content-type", "").partition("boundary=")
    body: Any = request.body
    if boundary:  # which each client makes up
        kept["content-type"], body = kind, body.replace(boundary.encode(), b"BOUNDARY")
    elif kind == "application/json" and body:
        body = json.loads(body)
    return {"line": f"{request.method} {request.target}", "headers": kept, "body": body}


class Run(NamedTuple):
    result: Any
    requests: list[dict[str, Any]]
    pauses: list[float]

    @property
    def lines(self) -> list[str]:
        return [request["line"].replace(" /v1", " ") for request in self.requests]


async def run(name: str, program: Program, answers: Sequence[Any]) -> Run:
    pauses: list[float] = []

    async def no_sleep(self: Any, seconds: float) -> None:
        pauses.append(seconds)

    async def quietly(package: Any, client: Any) -> Any:
        # The Assistants API is deprecated, in both packages.
        warnings.simplefilter("ignore", DeprecationWarning)
        return described(await program(package, client))

    resource = importlib.import_module(f"{name}._resource")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resource.AsyncAPIResource, "_sleep", no_sleep)
        async with ScriptedServer() as server:
            server.answers.extend(answers)
            result = await outcome(name, server.url, quietly)
            return Run(result, [sent(request) for request in server.requests], pauses)


async def same(program: Program, answers: Sequence[Any] = ()) -> Run:
    """Ours, after a comparison with the official run."""
    official = await run("openai", program, answers)
    ours = await run("openai_native", program, answers)
    assert ours.result == official.result
    assert ours.requests == official.requests
    assert ours.pauses == official.pauses
    return ours
