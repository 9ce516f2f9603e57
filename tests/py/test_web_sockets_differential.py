"""The official client and ours against one server: requests, events, errors."""

from __future__ import annotations

import contextlib
import importlib
import json
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from both_packages import described
from ws_server import Step, WsServer

Program = Callable[[Any], Awaitable[Any]]  # (client)
UPDATED = {"type": "session.updated", "event_id": "e1", "session": {"type": "realtime", "x": 1}}
UNKNOWN = {"type": "not.yet.known", "event_id": "e2", "more": [1, {"a": None}]}
# What differs between any two connections, and what says who is speaking.
OWN = {"sec-websocket-key", "user-agent", "x-stainless-package-version"}


def error_form(error: Exception) -> list[Any]:
    seen: list[Any] = ["raised", type(error).__module__.partition(".")[0], type(error).__name__]
    for side in ("rcvd", "sent"):
        frame = getattr(error, side, None)
        seen.append(None if frame is None else (frame.code, frame.reason))
    response = getattr(error, "response", None)
    if response is not None:
        seen.append((response.status_code, bytes(response.body)))
    return [*seen, getattr(error, "rcvd_then_sent", None), str(error) if response else ""]


async def outcome(
    name: str, scripts: list[list[Step]], program: Program, **settings: Any
) -> dict[str, Any]:
    package = importlib.import_module(name)
    refusals = settings.pop("refusals", ())
    with WsServer(*scripts) as server, warnings.catch_warnings():
        for refusal in refusals:
            server.refuse(*refusal)
        if settings.pop("beta", False):  # officially it would speak TLS to a plain base URL
            settings["websocket_base_url"] = server.url.replace("http", "ws", 1)
        warnings.simplefilter("ignore" if name == "openai" else "error")
        async with package.AsyncOpenAI(
            **{"base_url": server.url, "api_key": "test-key", "max_retries": 0, **settings}
        ) as client:
            try:
                result = described(await program(client))
            except Exception as error:
                result = error_form(error)
        server.settle()
        requests = [
            (
                r.path,
                sorted((n.lower(), v) for n, v in r.headers.raw_items() if n.lower() not in OWN),
            )
            for r in server.requests
        ]
        port = str(server.port)
        got = [json.loads(m) if isinstance(m, str) else m for m in server.got]
        seen = {"result": result, "got": got, "closes": server.closes, "requests": requests}
    return json.loads(json.dumps(seen, default=repr).replace(port, "PORT"))  # type: ignore[no-any-return]


async def same(scripts: list[list[Step]], program: Program, **settings: Any) -> dict[str, Any]:
    official = await outcome("openai", scripts, program, **settings)
    ours = await outcome("openai_native", scripts, program, **settings)
    assert json.dumps(ours, indent=1).replace("openai_native", "openai") == json.dumps(
        official, indent=1
    )
    return official


async def all_events(manager: Any) -> list[Any]:
    async with manager as connection:
        return [described(event) async for event in connection]


async def test_events() -> None:
    script: list[Step] = [("send", UPDATED), ("send", UNKNOWN), ("close", 1000, "done")]
    seen = await same([script], lambda client: all_events(client.realtime.connect(model="m")))
    assert len(seen["result"]) == 2


async def test_headers_and_queries() -> None:
    def program(client: Any) -> Any:
        return all_events(
            client.realtime.connect(
                model="m",
                extra_query={"a": ["1", "2"], "none": None, "default": "new"},
                extra_headers={"X-Own": "1", "authorization": "Bearer other"},
            )
        )

    await same(
        [[("close", 1000, "")]],
        program,
        default_query={"default": "old", "kept": "yes"},
        default_headers={"X-Default": "d"},
        organization="org",
        project="proj",
    )


async def test_queries_that_repeat_a_name() -> None:
    def program(client: Any) -> Any:
        query = httpx2.QueryParams("route=x&route=y")
        return all_events(client.realtime.translations.connect("m", extra_query=query))

    seen = await same([[("close", 1000, "")]], program)
    assert "route=x&route=y" in seen["requests"][0][0]


def not_asked() -> str:
    raise AssertionError("nobody exchanges a token for a WebSocket")


WORKLOAD: Any = {
    "identity_provider_id": "idp",
    "service_account_id": "sa",
    "provider": {"token_type": "jwt", "get_token": not_asked},
}


@pytest.mark.parametrize("own", [{}, {"authorization": "Bearer own"}])
@pytest.mark.parametrize(
    "settings", [{"api_key": "k"}, {"api_key": None, "workload_identity": WORKLOAD}]
)
async def test_the_beta_connection(settings: Any, own: dict[str, str]) -> None:
    """Its beta header counts more than the client's; the caller's own credentials are enough."""

    def program(client: Any) -> Any:
        return all_events(client.beta.realtime.connect(model="m", extra_headers=own))

    seen = await same(
        [[("close", 1000, "")]],
        program,
        default_headers={"OpenAI-Beta": "other"},
        beta=True,
        **settings,
    )
    assert len(seen["requests"]) == (1 if own or settings["api_key"] else 0)


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012, 3000, 4999])
async def test_closes(code: int) -> None:
    async def program(client: Any) -> Any:
        async with client.realtime.connect(model="m") as connection:
            return await connection.recv()

    await same([[("close", code, "because")]], program)


async def test_losses() -> None:
    async def program(client: Any) -> Any:
        async with client.realtime.connect(model="m") as connection:
            with contextlib.suppress(AttributeError):
                await connection.recv()
            return await connection.recv()

    await same([[("send", UPDATED), ("drop",)]], program)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 302])
async def test_refusals(status: int) -> None:
    async def program(client: Any) -> Any:
        return await client.realtime.connect(model="m").enter()

    refusal = (status, {"X-Request-Id": "r"}, b'{"error": {"message": "no"}}')
    await same([[]], program, refusals=[refusal])


@pytest.mark.parametrize(
    "location", ["/v2/elsewhere?x=1", "ws://127.0.0.1:1/", "wss://localhost/", "relative"]
)
async def test_redirects(location: str) -> None:
    refusal = (307, {"Location": location})
    await same(
        [[("close", 1000, "")]],
        lambda client: all_events(client.realtime.connect(model="m")),
        refusals=[refusal],
    )


async def test_what_is_sent() -> None:
    async def program(client: Any) -> None:
        manager = client.responses.connect()
        manager.send({"type": "response.create", "model": "m", "input": "early"})
        async with manager as connection:
            await connection.response.create(
                model="m",
                input=[{"role": "user", "content": "hi"}],
                tools=[{"type": "custom", "name": "t"}],
            )
            await connection.send_raw(b'{"type": "raw"}')

    seen = await same([[("recv",)] * 3], program)
    assert [len(seen["got"]), seen["closes"]] == [3, [[1000, ""]]]


async def test_reconnecting() -> None:
    told: list[Any] = []

    def reconnecting(event: Any) -> Any:
        told.append((event.attempt, event.max_attempts, event.close_code))
        return {"extra_headers": {"X-Again": "1"}}

    def program(client: Any) -> Any:
        return all_events(
            client.realtime.connect(
                model="m", on_reconnecting=reconnecting, initial_delay=0.001, max_retries=3
            )
        )

    await same(
        [
            [("send", UPDATED), ("close", 1013, "later")],
            [("close", 1001, "going")],
            [("send", UNKNOWN), ("close", 1008, "policy")],
        ],
        program,
    )
    assert told[: len(told) // 2] == told[len(told) // 2 :]
