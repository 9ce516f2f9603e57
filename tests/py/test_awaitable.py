"""What a call returns behaves as any coroutine or future in asyncio's own tools."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from openai_native import AsyncOpenAI, _core
from openai_native._core import Endpoint
from scripted import ScriptedServer, answer

_answered = Endpoint("GET", "/answered", cast_to=object)


class Gate:
    """Calls that stay open until the test lets them go."""

    def __init__(self, scripted: ScriptedServer, client: AsyncOpenAI) -> None:
        self.scripted = scripted
        self.client = client

    def call(self, **options: Any) -> Any:
        """The Call itself, as the generated methods await it."""
        return _answered(self.client, (), **options)

    async def coroutine(self) -> Any:
        return await self.call()


@pytest.fixture
def gate(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> Gate:
    return Gate(scripted, scripted_client)


@pytest.fixture(params=["call", "coroutine"])
def make(request: pytest.FixtureRequest, gate: Gate) -> Callable[[], Any]:
    """Both ways to have a call: the native object, and a coroutine that awaits it."""
    return getattr(gate, request.param)  # type: ignore[no-any-return]


def never(_: Any) -> Any:
    """An answer that does not come."""
    return b""


async def test_await(make: Callable[[], Any]) -> None:
    assert await make() == {}


async def test_create_task(make: Callable[[], Any]) -> None:
    task = asyncio.create_task(make())
    assert await task == {}


async def test_ensure_future_and_shield(make: Callable[[], Any]) -> None:
    assert await asyncio.ensure_future(make()) == {}
    assert await asyncio.shield(make()) == {}


async def test_gather(make: Callable[[], Any]) -> None:
    assert await asyncio.gather(*(make() for _ in range(20))) == [{}] * 20


async def test_gather_with_errors(make: Callable[[], Any], gate: Gate) -> None:
    gate.scripted.answers.extend([answer(400, {"error": {"message": "no"}}), answer()])
    done = await asyncio.gather(make(), make(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["BadRequestError", "dict"]


async def test_as_completed_and_wait(make: Callable[[], Any]) -> None:
    for each in asyncio.as_completed([make() for _ in range(5)]):
        assert await each == {}
    done, pending = await asyncio.wait([asyncio.create_task(make()) for _ in range(5)])
    assert len(done) == 5
    assert not pending


async def test_wait_for(make: Callable[[], Any], gate: Gate) -> None:
    assert await asyncio.wait_for(make(), 5) == {}
    gate.scripted.answers.append(never)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(make(), 0.02)
    assert await make() == {}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout came with 3.11")
@pytest.mark.http1
async def test_timeout_and_task_group(make: Callable[[], Any], gate: Gate) -> None:
    gate.scripted.answers.append(never)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await make()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(make()) for _ in range(5)]
    assert [task.result() for task in tasks] == [{}] * 5


async def test_cancelling_a_task(make: Callable[[], Any], gate: Gate) -> None:
    gate.scripted.answers.append(never)
    task = asyncio.ensure_future(make())
    await asyncio.sleep(0.02)
    assert task.cancel("enough")
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert task.cancelled()
    if sys.version_info >= (3, 11):  # asyncio itself loses the message on 3.10
        assert caught.value.args == ("enough",)


async def test_cancelled_before_it_ran(make: Callable[[], Any]) -> None:
    task = asyncio.create_task(make())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_two_tasks_wait_for_one_call(gate: Gate) -> None:
    call = gate.call()

    async def wait() -> Any:
        return await call

    assert await asyncio.gather(wait(), wait(), wait()) == [{}, {}, {}]
    assert await call == {}


async def test_as_a_future(gate: Gate) -> None:
    call = gate.call()
    loop = asyncio.get_running_loop()
    assert asyncio.isfuture(call)
    assert asyncio.iscoroutine(call)
    assert call.get_loop() is loop
    assert not call.done()
    assert not call.cancelled()
    for ask in (call.result, call.exception):
        with pytest.raises(asyncio.InvalidStateError):
            ask()
    seen: list[Any] = []
    number: contextvars.ContextVar[int] = contextvars.ContextVar("number")

    def note(done: Any) -> None:
        seen.append((done is call, number.get(None)))

    def note_too(done: Any) -> None:
        seen.append("too")

    context = contextvars.copy_context()
    context.run(number.set, 7)
    call.add_done_callback(note, context=context)
    call.add_done_callback(note_too)
    call.add_done_callback(note_too)
    call.add_done_callback(note)
    assert call.remove_done_callback(note_too) == 2
    assert call.remove_done_callback(note_too) == 0
    assert await call == {}
    assert seen == [(True, 7), (True, None)]
    assert call.done()
    assert call.result() == {}
    assert call.exception() is None
    assert not call.cancel()
    call.add_done_callback(note_too)
    assert len(seen) == 2
    await asyncio.sleep(0)
    assert seen[2:] == ["too"]


async def test_cancelling_the_call_itself(gate: Gate) -> None:
    gate.scripted.answers.append(never)
    call = gate.call()
    seen: list[bool] = []
    call.add_done_callback(lambda done: seen.append(done.cancelled()))
    await asyncio.sleep(0.01)
    assert call.cancel("msg")
    assert not call.cancel()
    assert call.cancelled()
    assert seen == []
    with pytest.raises(asyncio.CancelledError, match="msg"):
        await call
    await asyncio.sleep(0)
    assert seen == [True]
    with pytest.raises(asyncio.CancelledError):
        call.exception()


async def test_failed_call_as_a_future(gate: Gate) -> None:
    gate.scripted.answers.append(answer(404, {"error": {"message": "gone"}}))
    call = gate.call()
    await asyncio.gather(call, return_exceptions=True)
    assert call.exception().status_code == 404
    with pytest.raises(Exception, match="gone"):
        call.result()
    with pytest.raises(Exception, match="gone"):
        await call


async def test_dropped_calls_are_cancelled_silently(gate: Gate) -> None:
    gate.scripted.answers.extend([never, answer(500, {})])
    gate.call()
    call = gate.call()
    await asyncio.sleep(0.02)
    del call
    gc.collect()
    assert _core.live_objects()["awaitables"] == 0


async def test_a_waited_call_survives_collections(gate: Gate) -> None:
    async def wait() -> None:
        await gate.call()
        finished.set()

    finished = asyncio.Event()
    task = weakref.ref(asyncio.get_running_loop().create_task(wait()))
    await asyncio.sleep(0)
    gc.collect()
    assert task() is not None
    await asyncio.wait_for(finished.wait(), 5)


async def test_closing_the_coroutine_cancels(gate: Gate) -> None:
    gate.scripted.answers.append(never)
    coroutine = gate.coroutine()
    waiting = coroutine.send(None)
    assert waiting._asyncio_future_blocking
    coroutine.close()
    assert waiting.cancelled()


async def test_throwing_into_the_coroutine(gate: Gate) -> None:
    gate.scripted.answers.append(never)
    coroutine = gate.coroutine()
    coroutine.send(None)
    with pytest.raises(KeyError, match="mine"):
        coroutine.throw(KeyError("mine"))
    call = gate.call()
    with pytest.raises(TypeError):
        call.throw("nothing to raise")
    assert call.cancelled()


async def test_driving_by_hand_is_refused(gate: Gate) -> None:
    gate.scripted.answers.append(never)
    coroutine = gate.coroutine()
    coroutine.send(None)
    with pytest.raises(RuntimeError, match="outside asyncio"):
        coroutine.send(None)


async def test_errors_of_callbacks_reach_the_loop(gate: Gate) -> None:
    loop = asyncio.get_running_loop()
    told: list[Any] = []
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
    try:
        call = gate.call()

        def broken(_: Any) -> None:
            raise ZeroDivisionError

        call.add_done_callback(broken)
        assert await call == {}
    finally:
        loop.set_exception_handler(before)
    assert [type(each) for each in told] == [ZeroDivisionError]


async def test_many_at_once_in_bounded_turns(gate: Gate) -> None:
    assert await asyncio.gather(*(gate.call() for _ in range(700))) == [{}] * 700


def test_outside_a_loop() -> None:
    client = AsyncOpenAI(api_key="k", base_url="http://127.0.0.1:9/v1")
    coroutine = client.models.list()
    with pytest.raises(RuntimeError, match="running asyncio event loop"):
        coroutine.__await__().send(None)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_interrupts_stop_the_loop_and_lose_nothing(stop: type[BaseException]) -> None:
    loop = asyncio.new_event_loop()
    finished: list[int] = []

    async def work(gate: Gate, number: int) -> None:
        await gate.call()
        if number == 3:
            raise stop
        finished.append(number)

    async def main() -> None:
        async with ScriptedServer() as scripted:
            gate = Gate(scripted, AsyncOpenAI(base_url=scripted.url, api_key="k"))
            tasks = [asyncio.create_task(work(gate, number)) for number in range(8)]
            await asyncio.wait(tasks)
            assert isinstance(tasks[3].exception(), stop)
            await gate.client.close()

    task = loop.create_task(main())
    with pytest.raises(stop):
        loop.run_until_complete(task)
    loop.run_until_complete(task)
    loop.close()
    assert sorted(finished) == [0, 1, 2, 4, 5, 6, 7]
