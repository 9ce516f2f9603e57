"""The same program and the same answers for the official package and for ours: everything that can
be seen from outside must be the same.
"""

from __future__ import annotations

import importlib
import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from both_packages import Program, described, outcome
from scripted import Request, ScriptedServer

# What is each client's own: names, versions, connection handling.
_OWN = ("user-agent", "accept-encoding", "connection", "host", "content-length")
_PLATFORM = ("lang", "package-version", "os", "arch", "runtime", "runtime-version")
_IGNORED = {*_OWN, *(f"x-stainless-{name}" for name in _PLATFORM)}


def sent(request: Request) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in request.headers}
    kept = {name: value for name, value in headers.items() if name not in _IGNORED}
    is_json = kept.get("content-type") == "application/json" and request.body
    body = json.loads(request.body) if is_json else request.body
    return {"line": f"{request.method} {request.target}", "headers": kept, "body": body}


@dataclass
class Run:
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

    resource = importlib.import_module(f"{name}._resource").AsyncAPIResource
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resource, "_sleep", no_sleep)
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
