"""Clients whose calls Python sends: hooks and given HTTP clients, the official package and ours
against the same answers.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import httpx2
import pydantic
import pytest

from both_packages import described
from openai_native import _core
from scripted import ScriptedServer, answer, events

BODY: Any = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
COMPLETION = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": []}
CHUNK = json.dumps({**COMPLETION, "object": "chat.completion.chunk"})
# What differs between two requests by nature, or is the HTTP library's own.
VOLATILE = {"host", "x-stainless-read-timeout", "user-agent"}

Program = Callable[[Any, Any, list[Any]], Awaitable[Any]]


def hooked(package: Any, log: list[Any]) -> Any:
    """A client that notes each step it is asked to take."""

    class Hooked(package.AsyncOpenAI):
        async def _prepare_options(self, options: Any) -> Any:
            log.append(("options", options.method, options.url, options.json_data))
            options = await super()._prepare_options(options)
            options.headers = {**(options.headers or {}), "X-Hook": "1"}
            return options

        def _build_request(self, options: Any, *, retries_taken: int = 0) -> Any:
            log.append(("build", retries_taken, type(options).__name__))
            return super()._build_request(options, retries_taken=retries_taken)

        async def _prepare_request(self, request: Any) -> None:
            log.append(("request", request.method, request.url.path, request.content))
            request.headers["X-Late"] = "2"
            await super()._prepare_request(request)

        def _should_retry(self, response: Any) -> bool:
            log.append(("retry?", response.status_code))
            return response.status_code == 418 or super()._should_retry(response)

        def _calculate_retry_timeout(self, left: int, options: Any, headers: Any = None) -> float:
            pause = super()._calculate_retry_timeout(left, options, headers)
            jitter = not headers or "retry-after" not in headers
            log.append(("pause", left, 0.3 < pause < 1.1 if jitter else pause))
            return 0.0

        def _make_status_error(self, err_msg: str, *, body: object, response: Any) -> Any:
            log.append(("error", err_msg, body))
            return super()._make_status_error(err_msg, body=body, response=response)

    return Hooked


def plain(package: Any, log: list[Any]) -> Any:
    return package.AsyncOpenAI


def headers_of(request: Any) -> dict[str, str]:
    return {k.lower(): v for k, v in request.headers if k.lower() not in VOLATILE}


async def happened(
    name: str,
    server: ScriptedServer,
    kind: Callable[[Any, list[Any]], Any],
    program: Program,
    **settings: Any,
) -> list[Any]:
    package = importlib.import_module(name)
    log: list[Any] = []
    server.requests.clear()
    async with kind(package, log)(base_url=server.url, **{"api_key": "k", **settings}) as client:
        try:
            result = await program(package, client, log)
        except Exception as error:
            # Ours goes on with the clock that ran out.
            told = re.sub(r"^(Request timed out\.) .*", r"\1", str(error))
            seen = [vars(error).get("body"), told, getattr(error, "status_code", None)]
            cause = type(error.__cause__).__name__
            result = ["raised", type(error).__name__, type(error).__mro__[1].__name__, *seen, cause]
    sent = [(r.method, r.target, headers_of(r), r.body) for r in server.requests]
    return [described(result), log, sent]


async def equal(
    server: ScriptedServer,
    kind: Callable[[Any, list[Any]], Any],
    program: Program,
    *answers: Any,
    settings: Callable[[], dict[str, Any]] = dict,
) -> list[Any]:
    seen = []
    for name in ("openai", "openai_native"):
        server.answers.extend(answers)
        seen.append(await happened(name, server, kind, program, **settings()))
        server.answers.clear()
    official, ours = seen
    for request in official[2] + ours[2]:
        request[2].pop("idempotency-key", None)
    assert ours == official
    return ours


async def create(package: Any, client: Any, log: list[Any]) -> Any:
    return await client.chat.completions.create(**BODY)


async def stream(package: Any, client: Any, log: list[Any]) -> Any:
    chunks = await client.chat.completions.create(**BODY, stream=True)
    assert isinstance(chunks, package.AsyncStream)
    seen = [described(chunk) async for chunk in chunks]
    assert chunks.response.is_closed
    return seen


async def raw(package: Any, client: Any, log: list[Any]) -> Any:
    response = await client.chat.completions.with_raw_response.create(**BODY)
    parsed = response.parse()
    return [response.status_code, dict(response.headers), response.retries_taken, described(parsed)]


async def streamed(package: Any, client: Any, log: list[Any]) -> Any:
    calls = client.chat.completions.with_streaming_response
    async with calls.create(**BODY) as response:
        lines = [line async for line in response.iter_lines()]
    async with calls.create(**BODY, stream=True) as response:
        return [lines, [described(chunk) async for chunk in await response.parse()]]


async def upload(package: Any, client: Any, log: list[Any]) -> Any:
    calls = client.with_options(max_retries=1)
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    made = await calls.files.create(
        file=("a.txt", b"text"), purpose="assistants", extra_headers=headers
    )
    return made.id


async def pages(package: Any, client: Any, log: list[Any]) -> Any:
    return [described(item) async for item in client.fine_tuning.jobs.list(limit=1)]


class Aliased(pydantic.BaseModel):
    first_name: str = pydantic.Field(alias="firstName")


async def post_a_model(package: Any, client: Any, log: list[Any]) -> Any:
    return await client.post("/x", cast_to=object, body={"a": [Aliased(firstName="b")]})


PAGES = [
    {"object": "list", "data": [{"id": "a", "object": "fine_tuning.job"}], "has_more": True},
    {"object": "list", "data": [{"id": "b", "object": "fine_tuning.job"}], "has_more": False},
]


async def test_hooks_are_called_in_order(scripted: ScriptedServer) -> None:
    busy = answer(503, {}, headers={"Retry-After": "0.5"})
    seen = await equal(scripted, hooked, create, busy, answer(418), answer(200, COMPLETION))
    assert [step[0] for step in seen[1]] == [
        *("options", "build", "request", "retry?", "pause") * 2,
        *("options", "build", "request"),
    ]
    retries = [request[2]["x-stainless-retry-count"] for request in seen[2]]
    assert retries == ["0", "1", "2"]


CASES: list[tuple[Program, list[bytes]]] = [
    (stream, [events(CHUNK, CHUNK)]),
    (stream, [events(CHUNK, '{"error": {"message": "broken", "code": 7}}')]),
    (raw, [answer(200, COMPLETION, headers={"x-request-id": "r"})]),
    (streamed, [answer(200, COMPLETION), events(CHUNK)]),
    (upload, [answer(500, headers={"retry-after-ms": "1"}), answer(200, {"id": "f"})]),
    (pages, [answer(200, page) for page in PAGES]),
    (post_a_model, [answer(200, COMPLETION)]),
    (create, [answer(404, {"error": {"message": "no", "code": "c", "param": "p"}})]),
    (create, [answer(400, b"plain words", content_type="text/plain")]),
    (create, [answer(200, b"words", content_type="text/plain")]),
    (create, [answer(429, headers={"x-should-retry": "false"})]),
    (create, [answer(500, headers={"retry-after": "121"})]),
    (create, [answer(307, headers={"location": "/v1/other"}), answer(200, COMPLETION)]),
]


async def test_answers_by_way_of_hooks(scripted: ScriptedServer) -> None:
    for program, answers in CASES:
        await equal(scripted, hooked, program, *answers)


async def test_answers_by_a_given_client(scripted: ScriptedServer) -> None:
    async def unused(request: Any) -> None: ...

    def settings() -> dict[str, Any]:
        hooks: Any = {"request": [unused]}
        return {"http_client": httpx2.AsyncClient(event_hooks=hooks, follow_redirects=True)}

    for program, answers in CASES:
        await equal(scripted, plain, program, *answers, settings=settings)


async def test_keys_from_a_function(scripted: ScriptedServer) -> None:
    keys: list[str] = []

    async def key() -> str:
        keys.append(f"k{len(keys) % 2}")
        return keys[-1]

    retried = (answer(500, headers={"retry-after-ms": "1"}), answer(200, COMPLETION))
    seen = await equal(scripted, hooked, create, *retried, settings=lambda: {"api_key": key})
    assert [request[2]["authorization"] for request in seen[2]] == ["Bearer k0", "Bearer k1"]


async def test_redirects_are_followed_if_wanted(scripted: ScriptedServer) -> None:
    async def post(package: Any, client: Any, log: list[Any]) -> Any:
        return await client.post("/a", cast_to=object, options={"follow_redirects": False})

    moved = answer(307, headers={"location": "/v1/b"})
    seen = await equal(scripted, plain, post, moved)
    assert seen[0][:2] == ["raised", "APIStatusError"] and len(seen[2]) == 1

    # A plain client does not follow them either, and native connections obey.
    for name in ("openai", "openai_native"):
        scripted.answers.append(moved)
        seen = await happened(name, scripted, plain, create, http_client=httpx2.AsyncClient())
        assert seen[0][:2] == ["raised", "APIStatusError"] and len(seen[2]) == 1


async def test_auth_of_either_library(scripted: ScriptedServer) -> None:
    def handler(request: Any) -> Any:
        return httpx.Response(200, json=COMPLETION)

    def own(package: Any, log: list[Any]) -> Any:
        class Own(package.AsyncOpenAI):
            @property
            def custom_auth(self) -> Any:
                return httpx2.Auth()

        return Own

    await equal(scripted, own, create, settings=lambda: {"http_client": legacy(handler)})


async def test_no_answer(scripted: ScriptedServer) -> None:
    seen = await equal(scripted, hooked, create, None, None, None)
    assert seen[0][:2] == ["raised", "APIConnectionError"]
    assert seen[0][-1] == "RemoteProtocolError"


def legacy(handler: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(handler))


def current(handler: Any) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.MockTransport(handler))


@pytest.mark.parametrize("make", [legacy, current])
async def test_given_transports(scripted: ScriptedServer, make: Any) -> None:
    library: Any = httpx if make is legacy else httpx2
    asked: list[Any] = []

    def handler(request: Any) -> Any:
        asked.append((request.method, request.url.path, json.loads(request.content)))
        if asked[-1][2].get("stream"):
            head = {"content-type": "text/event-stream"}
            return library.Response(200, text=f"data: {CHUNK}\n\ndata: [DONE]\n\n", headers=head)
        return library.Response(200, json=COMPLETION, headers={"x-request-id": "r"})

    for program in (create, stream, raw):
        await equal(scripted, plain, program, settings=lambda: {"http_client": make(handler)})
        assert asked.pop() == asked.pop() and not asked and not scripted.requests


@pytest.mark.parametrize("make", [legacy, current])
async def test_failures_of_given_transports(scripted: ScriptedServer, make: Any) -> None:
    library: Any = httpx if make is legacy else httpx2
    failures = [library.ReadTimeout, library.ConnectError]

    for failure in failures:

        def handler(request: Any, failure: Any = failure) -> Any:
            raise failure("no")

        seen = await equal(
            scripted,
            plain,
            create,
            settings=lambda handler=handler: {"http_client": make(handler), "max_retries": 0},
        )
        assert seen[0][-1] == failure.__name__


async def test_the_native_client_is_an_http_client(scripted: ScriptedServer) -> None:
    from openai_native import AsyncOpenAI

    async with AsyncOpenAI(base_url=scripted.url, api_key="k") as client:
        http = client._client
        scripted.answers.append(answer(302, headers={"location": "/there"}))
        scripted.answers.append(answer(404, {"a": 1}, headers={"x-a": "b"}))
        request = http.build_request("POST", scripted.url, json={"b": 2}, headers={"X-C": "d"})
        response = await http.send(request)
        assert isinstance(request, httpx2.Request) and isinstance(response, httpx2.Response)
        assert (response.status_code, response.json()) == (404, {"a": 1})
        assert response.headers["x-a"] == "b" and response.history[0].status_code == 302
        assert scripted.requests[0].json() == {"b": 2} and scripted.requests[0].header("X-C") == "d"
        scripted.answers.append(answer(200, b"x" * 100_000, content_type=None))
        async with http.stream("GET", scripted.url) as response:
            pieces = [piece async for piece in response.aiter_bytes()]
        assert b"".join(pieces) == b"x" * 100_000
        scripted.answers.extend([None] * 3)
        with pytest.raises(httpx2.RemoteProtocolError) as caught:
            await http.post(scripted.url)
        assert caught.value.request.method == "POST"
        assert client.transport_info().lane == "native"
        assert client.with_options(http_client=http)._client is http
        assert _core.live_objects()["connections"] <= 1
    assert http.is_closed and client.is_closed()
    with pytest.raises(RuntimeError, match="client has been closed"):
        await http.get(scripted.url)


async def test_the_http_client_can_be_replaced(scripted: ScriptedServer) -> None:
    from openai_native import AsyncOpenAI

    client = AsyncOpenAI(base_url=scripted.url, api_key="k", max_retries=0)
    first = client._client
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=COMPLETION))
    async with httpx2.AsyncClient(transport=transport) as new:
        client._client = new
        assert client.transport_info().lane == "python"
        await create(None, client, [])
        assert not scripted.requests
    client._client = first
    assert client.transport_info().lane == "native"
    await create(None, client, [])
    assert len(scripted.requests) == 1
    await client.close()


async def test_what_is_done_to_an_http_client_counts(scripted: ScriptedServer) -> None:
    from openai_native import AsyncOpenAI, DefaultAsyncHttpxClient

    seen = []

    async def hook(request: Any) -> None:
        seen.append(request.url.path)

    for http in (DefaultAsyncHttpxClient(), httpx2.AsyncClient()):
        async with AsyncOpenAI(base_url=scripted.url, api_key="k", http_client=http) as client:
            await create(None, client, [])
            assert client.transport_info().lane == "native" and not seen
            http.event_hooks = {"request": [hook], "response": []}
            await create(None, client, [])
            assert client.transport_info().reason == "http_client has event_hooks"
            assert seen.pop() == "/v1/chat/completions"
            http.event_hooks = {}
            await create(None, client, [])
            assert client.transport_info().lane == "native" and not seen
            await http.aclose()
            with pytest.raises(RuntimeError, match="client has been closed"):
                await create(None, client, [])


async def test_mocks_of_the_http_library_are_seen(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import httpcore2

    from openai_native import AsyncOpenAI

    async def handle_async_request(self: Any, request: Any) -> Any:
        assert request.url.target == b"/v1/chat/completions"
        head = [(b"content-type", b"application/json")]
        return httpcore2.Response(200, headers=head, content=json.dumps(COMPLETION).encode())

    async with AsyncOpenAI(base_url=scripted.url, api_key="k") as client:
        await create(None, client, [])
        with monkeypatch.context() as patch:
            pool = httpcore2.AsyncConnectionPool
            method = handle_async_request.__name__
            patch.setattr(pool, method, handle_async_request)
            assert (await create(None, client, [])).id == "1"
            told = f"httpcore2.{pool.__name__}.{method} has been replaced"
            assert client.transport_info().reason == told
        assert len(scripted.requests) == 1
        await create(None, client, [])
        assert len(scripted.requests) == 2 and client.transport_info().lane == "native"
