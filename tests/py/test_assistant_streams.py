"""Streamed runs of assistants: requests, events, hooks, snapshots as the official package's."""

from __future__ import annotations

import copy
import inspect
import json
import warnings
from typing import Any

import pytest

import openai_native
from both_packages import described
from openai_native.lib.streaming import AsyncAssistantEventHandler
from scripted import Last, answer
from side_by_side import same


def stream_of(*events: tuple[str, Any], done: bool = True) -> bytes:
    lines = [f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events]
    body = "".join([*lines, *(["event: done\ndata: [DONE]\n\n"] if done else [])])
    return answer(body=body.encode(), content_type="text/event-stream")


def run(status: str) -> tuple[str, Any]:
    data = {"id": "run_1", "object": "thread.run", "status": status, "thread_id": "t_1"}
    return f"thread.run.{status}", data


def message(state: str, *content: Any) -> tuple[str, Any]:
    data = {"id": "msg_1", "object": "thread.message", "role": "assistant", "content": [*content]}
    return f"thread.message.{state}", {**data, "status": state, "metadata": {}}


def grown(*content: Any) -> tuple[str, Any]:
    delta = {"id": "msg_1", "object": "thread.message.delta", "delta": {"content": [*content]}}
    return "thread.message.delta", delta


def text(index: int, value: str | None, **more: Any) -> Any:
    return {"index": index, "type": "text", "text": {"value": value, **more}}


def step(state: str, calls: list[Any] | None = None, identity: str = "step_1") -> tuple[str, Any]:
    details = {"type": "tool_calls", "tool_calls": calls or []}
    data = {"id": identity, "object": "thread.run.step", "run_id": "run_1", "type": "tool_calls"}
    if state == "delta":
        return "thread.run.step.delta", {**data, "delta": {"step_details": details}}
    return f"thread.run.step.{state}", {**data, "status": state, "step_details": details}


def code(index: int, **more: Any) -> Any:
    return {"index": index, "type": "code_interpreter", "code_interpreter": more}


IMAGE = {"index": 1, "type": "image_file", "image_file": {"file_id": "f_1"}}
NOTE = [{"index": 0, "type": "file_path", "text": "x", "file_path": {"file_id": "f_2"}}]
TALK = [
    ("thread.created", {"id": "t_1", "object": "thread", "metadata": {}}),
    run("created"),
    run("queued"),
    run("in_progress"),
    step("created"),
    step("in_progress"),
    message("created"),
    message("in_progress"),
    grown(text(0, "Hel", annotations=[])),
    grown(text(0, "lo", annotations=NOTE), IMAGE),
    grown(text(2, "Bye")),
    grown(text(2, None)),
    ("thread.message.delta", {"id": "msg_1", "delta": {"role": "assistant"}}),
    message("completed", text(0, "Hello"), IMAGE, text(2, "Bye")),
    step("completed"),
    run("completed"),
]
TOOLS = [
    run("in_progress"),
    step("created"),
    step("delta", [code(0, input="1 ")]),
    step("delta", [code(0, input="+ 1", outputs=[{"index": 0, "type": "logs", "logs": "2"}])]),
    step("delta", [code(1, input="x"), code(1, input="y")]),
    step("delta"),
    step("completed", [code(0, input="1 + 1")]),
    step("created", identity="step_2"),
    step("delta", [code(0, input="z")], "step_2"),
    step("failed", identity="step_2"),
    run("requires_action"),
]
HOOKS = [name for name in vars(AsyncAssistantEventHandler) if name.startswith("on_")]


def recording(package: Any, seen: list[Any], fails_in: str = "") -> Any:
    """A handler that notes each hook, with its arguments and its state at that moment."""

    def hook(name: str) -> Any:
        async def called(self: Any, *arguments: Any) -> None:
            state = (self.current_event, self.current_run, self.current_run_step_snapshot)
            errors = [type(a).__name__ for a in arguments if isinstance(a, Exception)]
            values = [] if errors else [*arguments, *state, self.current_message_snapshot]
            seen.append([name, *errors, *copy.deepcopy(described(values))])
            if name == fails_in:
                raise KeyError(name)

        return called

    handler = package.AsyncAssistantEventHandler
    return type("Recording", (handler,), {name: hook(name) for name in HOOKS})()


def stream(client: Any, **more: Any) -> Any:
    return client.beta.threads.runs.stream(assistant_id="a_1", thread_id="t_1", **more)


async def events_of(stream: Any) -> list[Any]:
    return [described(event) async for event in stream]


@pytest.mark.parametrize("script", [TALK, TOOLS], ids=["talk", "tools"])
async def test_hooks_are_called_in_order_with_what_is_there(script: list[Any]) -> None:
    async def program(package: Any, client: Any) -> Any:
        seen: list[Any] = []
        async with stream(client, event_handler=recording(package, seen)) as handler:
            events = await events_of(handler)
            assert handler.current_event is None
        return seen, events

    seen = await same(program, [stream_of(*script)])
    assert {hook[0] for hook in seen.result[0]} > {"on_event", "on_end"}
    assert len(seen.result[1]) == len(script)


async def test_what_is_put_together() -> None:
    async def program(_: Any, client: Any) -> Any:
        async with stream(client) as handler:
            run = await handler.get_final_run()
            return run, await handler.get_final_run_steps(), await handler.get_final_messages()

    async def nothing(_: Any, client: Any) -> Any:
        said = []
        async with stream(client) as handler:
            for ask in ("get_final_run", "get_final_run_steps", "get_final_messages"):
                with pytest.raises(RuntimeError) as caught:
                    await getattr(handler, ask)()
                said.append(str(caught.value))
        return said

    run, steps, messages = (await same(program, [stream_of(*TALK)])).result
    assert run["dump"]["status"] == "completed"
    assert (len(steps), len(messages)) == (1, 1)
    await same(nothing, [stream_of()])


async def test_texts_alone() -> None:
    async def program(_: Any, client: Any) -> Any:
        async with stream(client) as handler:
            return [text async for text in handler.text_deltas]

    assert (await same(program, [stream_of(*TALK)])).result == ["Hel", "lo", "Bye"]


async def test_one_by_one() -> None:
    async def program(_: Any, client: Any) -> Any:
        async with stream(client) as handler:
            first = [await handler.__anext__(), await handler.__anext__()]
            async for event in handler:
                first.append(event)
                break
            rest = await events_of(handler)
            assert await handler.until_done() is None
            return [event.event for event in first], len(rest)

    assert (await same(program, [stream_of(*TALK)])).result[1] == len(TALK) - 3


EXTRAS: dict[str, Any] = {
    "extra_headers": {"x-mine": "1", "X-Stainless-Stream-Helper": "mine"},
    "extra_query": {"q": "1"},
    "extra_body": {"more": [1]},
    "timeout": 7.5,
}
ASKED: dict[str, Any] = {"assistant_id": "a_1", "temperature": 0.5, "tools": [{"type": "x"}]}


@pytest.mark.parametrize("extras", [{}, EXTRAS])
@pytest.mark.parametrize("own", [False, True])
async def test_requests(extras: dict[str, Any], own: bool) -> None:
    async def program(package: Any, client: Any) -> Any:
        threads = client.beta.threads
        more = lambda: {"event_handler": recording(package, [])} if own else {}  # noqa: E731
        outputs: Any = [{"tool_call_id": "c", "output": "4"}]
        for manager in (
            threads.create_and_run_stream(**ASKED, thread={"messages": []}, **more(), **extras),
            threads.runs.stream(**ASKED, thread_id="a/b é", include=["x", "y"], **more(), **extras),
            threads.runs.create_and_stream(**ASKED, thread_id="t_1", **more(), **extras),
            threads.runs.submit_tool_outputs_stream(
                tool_outputs=outputs, run_id="r_1", thread_id="t_1", **more(), **extras
            ),
        ):
            async with manager as handler:
                await handler.until_done()

    seen = await same(program, [stream_of(*TOOLS)] * 4)
    assert len(seen.lines) == 4


async def test_empty_ids_are_refused_at_once() -> None:
    async def program(_: Any, client: Any) -> Any:
        runs = client.beta.threads.runs
        said = []
        for method, arguments in (
            (runs.stream, {"assistant_id": "a", "thread_id": ""}),
            (runs.create_and_stream, {"assistant_id": "a", "thread_id": ""}),
            (runs.submit_tool_outputs_stream, {"run_id": "", "thread_id": "t"}),
            (runs.submit_tool_outputs_stream, {"run_id": "r", "thread_id": ""}),
        ):
            if "run_id" in arguments:
                arguments["tool_outputs"] = []
            with pytest.raises(ValueError, match="non-empty") as caught:
                method(**arguments)
            said.append(str(caught.value))
        return said

    assert (await same(program)).lines == []


async def test_dots_in_paths_are_refused_at_once(scripted_client: Any) -> None:
    warnings.simplefilter("ignore", DeprecationWarning)
    for dots in (".", ".."):
        with pytest.raises(ValueError, match="dot-segment"):
            scripted_client.beta.threads.runs.stream(assistant_id="a", thread_id=dots)


FAILURES: list[tuple[str, bytes]] = [
    ("no such event", stream_of(("unheard.of", {"x": 1}), run("completed"))),
    ("an error event", stream_of(run("queued"), ("error", {"error": {"message": "no"}}))),
    ("a bare error event", stream_of(run("queued"), ("error", {"message": "no", "code": "x"}))),
    ("a delta of nothing", stream_of(grown(text(0, "x")))),
    ("a step out of nowhere", stream_of(step("delta"))),
    ("a cut", Last(stream_of(run("queued"), run("in_progress"))[:-20])),
    ("a refusal", answer(400, {"error": {"message": "no"}})),
]


@pytest.mark.parametrize("reply", [r for _, r in FAILURES], ids=[name for name, _ in FAILURES])
async def test_errors_and_odd_events(reply: bytes) -> None:
    async def program(package: Any, client: Any) -> Any:
        seen: list[Any] = []
        try:
            async with stream(client, event_handler=recording(package, seen)) as handler:
                async for event in handler:
                    seen.append(described(event))
        except Exception as error:
            seen.append(["raised", type(error).__name__])
        return seen

    await same(program, [reply])


@pytest.mark.parametrize("hook", ["on_event", "on_text_delta", "on_message_done", "on_end"])
async def test_errors_of_hooks_end_the_stream(hook: str) -> None:
    async def program(package: Any, client: Any) -> Any:
        seen: list[Any] = []
        with pytest.raises(KeyError):
            async with stream(client, event_handler=recording(package, seen, hook)) as handler:
                await handler.until_done()
        return [each[:2] if each[0] == "on_exception" else each[0] for each in seen]

    await same(program, [stream_of(*TALK)])


async def test_a_handler_belongs_to_one_stream() -> None:
    async def program(package: Any, client: Any) -> Any:
        handler = package.AsyncAssistantEventHandler()
        with pytest.raises(RuntimeError, match="not been started"):
            await handler.__anext__()
        handler = package.AsyncAssistantEventHandler()
        await handler.close()
        async with stream(client, event_handler=handler):
            pass
        manager = stream(client, event_handler=handler)
        with pytest.raises(RuntimeError, match="cannot be shared"):
            await manager.__aenter__()
        await manager.__aexit__(None, None, None)

    assert len((await same(program, [stream_of(*TALK)] * 2)).lines) == 2


def test_the_same_names_and_signatures() -> None:
    import openai.lib.streaming as official

    import openai_native.lib.streaming as ours

    for name in ("AsyncAssistantEventHandler", "AsyncAssistantStreamManager"):
        theirs, mine = getattr(official, name), getattr(ours, name)
        for member, function in vars(theirs).items():
            if inspect.isfunction(function):
                found = inspect.signature(vars(mine)[member])
                assert list(found.parameters) == list(inspect.signature(function).parameters)
    assert openai_native.AsyncAssistantEventHandler is ours.AsyncAssistantEventHandler
    assert ours.AsyncAssistantEventHandlerT.__name__ == "AsyncAssistantEventHandlerT"
