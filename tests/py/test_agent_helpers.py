"""Helpers for hosted agents: tools, sessions' streams and results are the official ones."""

from __future__ import annotations

import gc
import importlib
import json
from collections.abc import Callable
from typing import Annotated, Any

import pydantic
import pytest

from both_packages import described
from runner_kit import Answer, Kit, same

WIRE = ("wire", "sync wire")


class Weather(pydantic.BaseModel):
    """The weather in a city."""

    city: str
    days: int = 1


def event(kind: str, number: int, **more: Any) -> str:
    known = {"event_id": f"ev{number}", "session_id": "s", "turn_id": "t"}
    return json.dumps({"type": f"agent.session.{kind}", **known, **more})


def turn(status: str = "in_progress", **more: Any) -> dict[str, Any]:
    return {"id": "t", "session_id": "s", "status": status, "subagent_id": None, **more}


def session(status: str = "idle", **more: Any) -> dict[str, Any]:
    return {"id": "s", "object": "agent.session", "status": status, "required_actions": [], **more}


def said(text: str, number: int, phase: Any = None, **more: Any) -> str:
    item = {
        "type": "message",
        "id": f"m{number}",
        "turn_id": "t",
        "role": "assistant",
        "status": "completed",
        "phase": phase,
        "content": [{"type": "output_text", "text": text, "annotations": []}],
        **more,
    }
    return event("turn.item.done", number, item=item, output_index=number)


def called(number: int, arguments: Any = '{"city": "Bern"}', name: str = "weather") -> str:
    item = {
        "type": "function_call",
        "id": f"f{number}",
        "turn_id": "t",
        "call_id": f"c{number}",
        "name": name,
        "arguments": arguments,
        "status": "completed",
    }
    return event("turn.item.added", number, item=item, output_index=number)


BEGUN = event("turn.created", 1, turn=turn())
SUB = event("turn.created", 2, turn=turn(subagent_id="x", id="t2"), turn_id="t2")
DONE = event("turn.completed", 90, turn=turn("completed"))
FAILED = event("turn.failed", 90, turn=turn("failed"))
IDLE = event("idle", 91, session=session())
EARLY = event("idle", 3, session=session())
WHOLE = [SUB, BEGUN, EARLY, said("Hm", 4, "commentary"), said("Sunny", 5), said("!", 6), DONE, IDLE]

STREAMS: dict[str, list[str]] = {
    "an answer": WHOLE,
    "twice": [*WHOLE[:5], WHOLE[4], WHOLE[1], *WHOLE[5:]],
    "more after the end": [*WHOLE, said("late", 95)],
    "failed turn": [BEGUN, FAILED, IDLE],
    "cancelled turn": [BEGUN, event("turn.cancelled", 90, turn=turn("cancelled")), IDLE],
    "failed session": [BEGUN, event("failed", 91, session=session("failed"))],
    "no end": [BEGUN, said("a", 4)],
    "nothing": [],
    "action of the caller": [
        BEGUN,
        event(
            "requires_action",
            5,
            session=session(
                required_actions=[{"type": "function_call", "name": "x", "call_id": "c"}]
            ),
        ),
        IDLE,
    ],
    "a call": [BEGUN, called(2), called(2), said("Sunny", 5), DONE, IDLE],
    "a call of nobody": [BEGUN, called(2, name="x"), said("Sunny", 5), DONE, IDLE],
    "arguments that are no JSON": [BEGUN, called(2, "{"), said("Sunny", 5), DONE, IDLE],
    "arguments of a wrong type": [BEGUN, called(2, '{"days": "x"}'), DONE, IDLE],
    "arguments as an object": [BEGUN, called(2, {"city": "Rom"}), DONE, IDLE],
}


def fails(_: Any) -> Any:
    raise ZeroDivisionError("secret")


def told(error: Any) -> list[Any]:
    known = ["error", "tool_name", "session_id", "turn_id", "call_id", "stage"]
    values = [getattr(error, name) for name in known]
    return [type(values[0]).__name__, *values[1:]]


def tool(kit: Kit, handler: Any = None) -> Any:
    agents = importlib.import_module(f"{kit.package.__name__}.lib.beta.agents")
    answer = (lambda w: {"city": w.city}) if handler is None else handler
    return agents.pydantic_function_tool(Weather, handler=kit.says(answer, "tool"), name="weather")


async def follow(kit: Kit, how: str, handler: Any = None, **options: Any) -> Any:
    made = kit.client.beta.agents.sessions.stream(
        "s",
        input="Weather?",
        tool_handlers={"weather": tool(kit, handler)},
        on_tool_error=lambda error: kit.seen.append(told(error)),
        idempotency_key="key",
        **options,
    )
    return await _read(kit, made, how)


async def _read(kit: Kit, made: Any, how: str) -> Any:
    try:
        if kit.asynchronous:
            async with made as stream:
                if how == "events":
                    stream.with_result_collection()
                    async for each in stream:
                        kit.seen.append(each.type)
                return _result(await stream.get_final_result())
        with made as stream:
            if how == "events":
                stream.with_result_collection()
                for each in stream:
                    kit.seen.append(each.type)
            return _result(stream.get_final_result())
    except Exception as error:
        names = ("reason", "turn", "session_id", "turn_id", "messages", "required_actions")
        return [type(error).__name__, [described(getattr(error, n, None)) for n in names]]


def _result(result: Any) -> Any:
    return [result.turn, result.messages, result.output_text, repr(result.output_parsed)]


@pytest.mark.parametrize("how", ["result", "events"])
@pytest.mark.parametrize("name", STREAMS)
def test_streams(name: str, how: str) -> None:
    answers: list[Answer] = [session(), STREAMS[name], {}, {}, {}]
    account = same(lambda kit: follow(kit, how), answers, WIRE)
    if name == "an answer":
        assert account["result"][2] == "Sunny!"
    if name == "a call":
        assert account["requests"][-1][1]["events"][0]["output"] == '{"city":"Bern"}'


RESULTS: list[Any] = [
    fails, "text", None, 3, [1, 2], (), {"a": 1}, Weather(city="x"), float("nan"), object(),
    [{"type": "input_text", "text": "a"}], [{"type": "input_image", "image_url": "u", "x": 1}],
]  # fmt: skip


def test_results_of_tools() -> None:
    for handler in RESULTS:
        value = handler if callable(handler) else (lambda _, value=handler: value)
        answers: list[Answer] = [session(), STREAMS["a call"], {}, {}]

        async def scenario(kit: Kit, value: Any = value) -> Any:
            return await follow(kit, "result", value)

        same(scenario, answers, WIRE)


def test_results_are_sent_again_while_the_call_is_unknown() -> None:
    unknown = {"code": "invalid_request_error", "message": "Unknown pending tool call: c2"}

    async def scenario(kit: Kit) -> Any:
        async def no_sleep(_: float) -> None: ...

        sessions = kit.client.beta.agents.sessions
        sessions._sleep = no_sleep if kit.asynchronous else (lambda _: None)
        return await follow(kit, "result")

    class Unknown(Exception):
        def __str__(self) -> str:
            return unknown["message"]

    answers: list[Answer] = [session(), STREAMS["a call"], {}, Unknown(), {}]
    same(scenario, answers, WIRE)


def test_an_answer_that_nobody_awaits_leaves_nothing_behind() -> None:
    agents = importlib.import_module("openai_native.lib.beta.agents")

    async def weather(arguments: Weather) -> str:
        return "sunny"

    tool = agents.pydantic_function_tool(Weather, handler=weather, name="weather")
    tool({"city": "Bern"}).close()
    gc.collect()  # a coroutine that was never awaited would be told of now


def test_sessions_that_cannot_be_followed() -> None:
    same(lambda kit: follow(kit, "result"), [session("in_progress")], WIRE)

    async def empty(kit: Kit) -> Any:
        kit.client.beta.agents.sessions.stream("s", input=[])

    same(empty, [], WIRE)


@pytest.mark.parametrize("name", ["an answer", "a call", "failed turn", "no end"])
@pytest.mark.parametrize("typed", [True, False])
def test_created_sessions(name: str, typed: bool) -> None:
    async def scenario(kit: Kit) -> Any:
        created = kit.client.beta.agents.sessions.create(
            environment={"type": "hosted"},
            agent={"model": "m", "instructions": "i"},
            input="Weather?",
            stream=True,
            tool_handlers={"weather": tool(kit)},
            output_type=Weather if typed else None,
        )
        return await _read(kit, await kit.take(created), "events")

    first = event("created", 0, session=session())
    same(scenario, [[first, *STREAMS[name]], {}], WIRE)


def test_typed_answers() -> None:
    for text in ('{"city": "Bern"}', "no JSON"):
        answers: list[Answer] = [session(), [BEGUN, said(text, 5), DONE, IDLE], {}]
        same(lambda kit: follow(kit, "result", output_type=Weather), answers, WIRE)


def test_created_without_a_stream() -> None:
    async def scenario(kit: Kit, **options: Any) -> Any:
        sessions = kit.client.beta.agents.sessions
        return await kit.take(sessions.create(environment={"type": "hosted"}, **options))

    same(scenario, [session()], WIRE)
    same(lambda kit: scenario(kit, tool_handlers={}), [session()], WIRE)
    mixed = {"output_type": Weather, "agent": {"text": {"format": {"type": "text"}}}}
    same(lambda kit: scenario(kit, **mixed), [session()], WIRE)


class Account:
    Unit = int

    def deposit(self, amount: Unit, note: str = "none", *, tags: list[str] | None = None) -> str:
        """Puts money in."""
        return f"{amount} {note} {tags}"

    @staticmethod
    def plain(city: Annotated[str, pydantic.Field(description="Where")]) -> Weather:
        return Weather(city=city)


def annotated(copy: str, weather: Weather) -> dict[str, Any]:
    return {"copy": copy, "weather": weather}


def unannotated(x) -> None: ...  # type: ignore[no-untyped-def]


def private(_x: int) -> None: ...


def variadic(*xs: int) -> None: ...


def positional(x: int, /) -> None: ...


FUNCTIONS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (Account().deposit, {"amount": 1, "tags": ["a"]}),
    (Account().deposit, {"amount": "x"}),
    (Account().deposit, {"amount": 1, "more": 1}),
    (Account.plain, {"city": "Bern"}),
    (annotated, {"copy": "c", "weather": {"city": "x"}}),
    (unannotated, {}),
    (private, {}),
    (variadic, {}),
    (positional, {}),
]


@pytest.mark.parametrize("number", range(len(FUNCTIONS)))
def test_function_tools(number: int) -> None:
    function, arguments = FUNCTIONS[number]

    def made(package: str) -> Any:
        agents = importlib.import_module(f"{package}.lib.beta.agents")
        try:
            tool = agents.function_tool(function, defer_loading=True)
            return [tool.name, tool.definition, tool(arguments)]
        except Exception as error:
            return type(error).__name__

    assert made("openai_native") == made("openai")


def test_schemas() -> None:
    for package in ("openai", "openai_native"):
        agents = importlib.import_module(f"{package}.lib.beta.agents")
        assert agents.agent_text_format(Weather)["schema"]["required"] == ["city", "days"]
        with pytest.raises(TypeError):
            agents.agent_text_format(int)
        with pytest.raises(TypeError, match="object"):
            root = pydantic.RootModel[list[int]]
            agents.pydantic_function_tool(root, handler=print)
        with pytest.raises(ValueError, match="name"):
            agents.pydantic_function_tool(Weather, handler=print, name="")
