"""Runs one scenario of a tool runner with either package, asynchronous or not, and tells of it."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import warnings
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pydantic

from both_packages import described
from scripted import Request, ScriptedServer, answer, events

Answer = dict[str, Any] | list[str] | Exception  # a body, a stream's events, what the call raises


class Kit:
    """One package's names in one flavor; scenarios await whatever it gives."""

    def __init__(self, package: str, *, asynchronous: bool) -> None:
        self.package = importlib.import_module(package)
        self.asynchronous = asynchronous
        self.client: Any = None
        self.seen: list[Any] = []

    def lib(self, module: str, name: str) -> Any:
        """`Foo`, or `AsyncFoo`."""
        found = importlib.import_module(f"{self.package.__name__}.lib.{module}")
        return getattr(found, f"Async{name}" if self.asynchronous else name)

    def lib_plain(self, module: str, name: str) -> Any:
        """What both flavors have in common."""
        return getattr(importlib.import_module(f"{self.package.__name__}.lib.{module}"), name)

    def types(self, module: str, name: str) -> Any:
        return getattr(importlib.import_module(f"{self.package.__name__}.types.{module}"), name)

    def flavored(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The caller's function as this flavor wants it, with the same signature."""
        if not self.asynchronous:
            return function

        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        wrapped.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        return wrapped

    def says(self, value: Any, label: str) -> Callable[..., Any]:
        """A callback that is remembered, and returns `value`, or what `value(...)` does."""

        def callback(*args: Any) -> Any:
            self.seen.append([label, *described(args)])
            return value(*args) if callable(value) else value

        return self.flavored(callback)

    def diagnostic(self, report: dict[str, Any]) -> None:
        assert report["duration_ms"] >= 0
        self.seen.append({**report, "duration_ms": 0})

    async def take(self, value: Any) -> Any:
        return await value if inspect.isawaitable(value) else value

    async def each(self, iterator: Any, visit: Callable[[Any], Any]) -> None:
        if self.asynchronous:
            async for turn in iterator:
                visit(turn)
        else:
            for turn in iterator:
                visit(turn)


Scenario = Callable[[Kit], Awaitable[Any]]


def told(error: BaseException) -> Any:
    ids = {
        name: getattr(error, name)
        for name in (
            "attempted_call_ids",
            "completed_call_ids",
            "attempted_candidate_ids",
            "completed_candidate_ids",
            "reason",
        )
        if hasattr(error, name)
    }
    response = getattr(error, "response", None)
    if not isinstance(response, pydantic.BaseModel):  # an API error's is the HTTP response
        response = None
    return ["raised", type(error).__name__, ids, described(response)]


class ScriptedClient:
    """A client of which only what runners use is there."""

    def __init__(self, kit: Kit, answers: list[Answer]) -> None:
        self._kit = kit
        self._answers = list(answers)
        self._custom_headers = {"Idempotency-Key": "first"}
        self.requests: list[Any] = []
        create = kit.flavored(self._create)
        self.responses = self.decisions = SimpleNamespace(create=create)

    def with_options(self, **options: Any) -> ScriptedClient:
        self.requests.append(options)
        return self

    def _create(self, **request: Any) -> Any:
        headers = dict(request.pop("extra_headers", None) or {})
        if "Idempotency-Key" in headers:
            headers["Idempotency-Key"] = "rotated"
        self.requests.append([json.loads(json.dumps(request)), headers])
        given = self._answers.pop(0)
        if isinstance(given, Exception):
            raise given
        construct = importlib.import_module(f"{self._kit.package.__name__}._models").construct_type
        if isinstance(given, list):
            event = self._kit.types("responses", "ResponseStreamEvent")
            made = [construct(value=json.loads(each), type_=event) for each in given]
            return AsyncStream(made) if self._kit.asynchronous else Stream(made)
        name = "Decision" if "questions" in request else "responses.Response"
        module, _, attribute = name.rpartition(".")
        types = importlib.import_module(f"{self._kit.package.__name__}.types.{module}".rstrip("."))
        return construct(value=given, type_=getattr(types, attribute))


class Stream:
    def __init__(self, events: list[Any]) -> None:
        self._events = iter(events)
        self.response = SimpleNamespace(close=lambda: None)

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> Any:
        return next(self._events)

    def close(self) -> None: ...


class AsyncStream:
    def __init__(self, events: list[Any]) -> None:
        self._events = iter(events)
        self.response = SimpleNamespace(aclose=self.close)

    def __aiter__(self) -> AsyncStream:
        return self

    async def __anext__(self) -> Any:
        for event in self._events:
            return event
        raise StopAsyncIteration

    async def close(self) -> None: ...


async def account(package: str, scenario: Scenario, answers: list[Answer], flavor: str) -> Any:
    """Requests, callbacks and outcome of `scenario`."""
    kit = Kit(package, asynchronous=flavor in ("async", "wire"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if package == "openai" else "error")
        if "wire" not in flavor:
            client = kit.client = ScriptedClient(kit, answers)
            result = await _outcome(scenario, kit)
            return {"requests": client.requests, "seen": kit.seen, "result": result}
        async with ScriptedServer() as server:
            server.answers += map(_reply, answers)
            options = {
                "base_url": server.url,
                "api_key": "k",
                "max_retries": 0,
                "default_headers": {"Idempotency-Key": "first"},
            }
            if kit.asynchronous:
                async with kit.package.AsyncOpenAI(**options) as kit.client:
                    result = await _outcome(scenario, kit)
            else:
                result = await asyncio.to_thread(_blocking_outcome, scenario, kit, options)
            sent = [_sent(request) for request in server.requests]
        return {"requests": sent, "seen": kit.seen, "result": result}


def _blocking_outcome(scenario: Scenario, kit: Kit, options: dict[str, Any]) -> Any:
    with kit.package.OpenAI(**options) as kit.client:
        return asyncio.run(_outcome(scenario, kit))


def _sent(request: Request) -> list[Any]:
    body = request.json() if request.body else request.method
    return [request.path, body, _key(request.header("Idempotency-Key"))]


def _key(value: str | None) -> str | None:
    """Keys that are made up have a name instead."""
    if value is None or len(value) < 36:
        return value
    return "rotated" if value.startswith("stainless-python-retry-") else "random"


def _reply(given: Answer) -> bytes:
    if isinstance(given, Exception):
        return answer(400, {"error": {"message": str(given)}})
    return events(*given, done=False) if isinstance(given, list) else answer(200, given)


async def _outcome(scenario: Scenario, kit: Kit) -> Any:
    try:
        return described(await scenario(kit))
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return told(error)


def same(
    scenario: Scenario, answers: list[Answer], flavors: tuple[str, ...] = ("async", "sync")
) -> Any:
    """Runs it with both packages, asserts that they agree, and returns our (last) account.

    "async" and "sync" answer in the place of the client, "wire" and "sync wire" with a server:
    slower, because of the official client.
    """
    for flavor in flavors:
        official = asyncio.run(account("openai", scenario, answers, flavor))
        ours = asyncio.run(account("openai_native", scenario, answers, flavor))
        assert [flavor, ours] == [flavor, official]
    return ours
