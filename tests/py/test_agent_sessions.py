"""`beta.agents.sessions.create` and `stream`: requests and events as the official package's."""

from __future__ import annotations

import json
from typing import Any

import pydantic
import pytest

from both_packages import described
from scripted import answer
from side_by_side import same

SESSION = {"id": "s_1", "object": "agent.session", "status": "idle"}
ENVIRONMENT: Any = {"type": "hosted"}
AGENT: Any = {"model": "m", "compaction": {"async_": True}, "tools": [{"type": "web_search"}]}


class Weather(pydantic.BaseModel):
    city: str


def item(kind: str, **more: Any) -> dict[str, Any]:
    return {"id": "i_1", "type": kind, "turn_id": "t_1", "session_id": "s_1", **more}


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": f"agent.session.{kind}", "session_id": "s_1", "event_id": kind, **more}


TURN = [
    event("turn.created", turn={"id": "t_1", "status": "in_progress", "session_id": "s_1"}),
    event(
        "turn.item.added",
        item=item("function_call", name="weather", call_id="c_1", arguments='{"city": "Oslo"}'),
    ),
    event("turn.completed", turn={"id": "t_1", "status": "completed", "session_id": "s_1"}),
    event("idle"),
]


def stream_of(events: list[Any]) -> bytes:
    text = "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)
    return answer(body=text.encode(), content_type="text/event-stream")


async def made(*answers: bytes, raw: bool = False, **arguments: Any) -> Any:
    async def program(_: Any, client: Any) -> Any:
        sessions = client.beta.agents.sessions
        if raw:
            sessions = sessions.with_raw_response
        try:
            session = await sessions.create(environment=ENVIRONMENT, **arguments)
        except (TypeError, ValueError) as error:
            return type(error).__name__
        if raw:
            session = session.parse()
        if arguments.get("stream"):
            return [described(event) async for event in session]
        return session

    return await same(program, answers)


EXTRAS: dict[str, Any] = {
    "extra_headers": {"x-mine": "1"},
    "extra_query": {"q": "1"},
    "extra_body": {"more": [1]},
    "timeout": 7.5,
}


@pytest.mark.parametrize("raw", [False, True])
async def test_sessions_are_made(raw: bool) -> None:
    reply = answer(body=SESSION)
    seen = await made(reply, raw=raw, agent=AGENT, input="Hi", metadata={"a": "b"}, **EXTRAS)
    assert seen.requests[0]["body"]["agent"]["compaction"] == {"async": True}
    for stream in (False, None):
        more = {} if stream is None else {"stream": stream}
        assert len((await made(reply, raw=raw, agent_id="a", vault_ids=["v"], **more)).lines) == 1


async def test_answers_take_a_form() -> None:
    reply = answer(body=SESSION)
    await made(reply, output_type=Weather)
    await made(reply, output_type=Weather, agent={"text": {"verbosity": "low"}})
    wrong = {"text": {"format": {"type": "text"}}}
    assert (await made(output_type=Weather, agent=wrong)).result == "ValueError"
    assert (await made(output_type=int)).result == "TypeError"


@pytest.mark.parametrize("raw", [False, True])
async def test_events_of_a_new_session(raw: bool) -> None:
    reply = stream_of(TURN)
    seen = await made(reply, raw=raw, stream=True, input="Hi", agent=AGENT, **EXTRAS)
    assert len(seen.result) == len(TURN)


async def test_local_tools_answer_while_events_are_read() -> None:
    async def weather(arguments: dict[str, Any]) -> str:
        return f"sunny in {arguments['city']}"

    tools = {"weather": weather}
    seen = await made(stream_of(TURN), answer(202), stream=True, tool_handlers=tools, timeout=3.5)
    assert len(seen.requests) == 2
    assert (await made(tool_handlers=tools)).result == "ValueError"
    assert (await made(tool_handlers={})).result == "ValueError"


async def test_one_turn_of_an_idle_session() -> None:
    async def program(_: Any, client: Any) -> Any:
        sessions = client.beta.agents.sessions
        async with sessions.stream("s_1", input="Hi", extra_headers={"x": "1"}) as stream:
            return [described(event) async for event in stream]

    await same(program, [answer(body=SESSION), stream_of(TURN), answer(202)])
