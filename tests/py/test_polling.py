"""Helpers that poll: requests, pauses and results as the official package's."""

from __future__ import annotations

import importlib
import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from scripted import answer
from side_by_side import same

HINT = {"openai-poll-after-ms": "250"}


def thing(status: str, **more: Any) -> dict[str, Any]:
    return {"id": "x_1", "status": status, "object": "thing", **more}


def answers(*states: str, **more: Any) -> list[bytes]:
    """The first answer of each call has a hint for the pause."""
    return [answer(body=thing(state, **more), headers=HINT) for state in states]


def counts(in_progress: int) -> bytes:
    numbers = {"in_progress": in_progress, "completed": 1, "failed": 0, "cancelled": 0, "total": 2}
    return answer(body=thing("completed", file_counts=numbers))


@pytest.mark.parametrize("interval", [{}, {"poll_interval_ms": 40}])
async def test_runs_are_polled_until_they_end(interval: dict[str, Any]) -> None:
    async def program(_: Any, client: Any) -> Any:
        runs = client.beta.threads.runs
        return await runs.poll("run/1", "thread_1", extra_headers={"x-mine": "1"}, **interval)

    for end in ("requires_action", "cancelled", "completed", "failed", "expired", "incomplete"):
        seen = await same(program, answers("queued", "in_progress", "cancelling", end))
        assert seen.lines == ["GET /threads/thread_1/runs/run%2F1"] * 4
        assert seen.pauses == [interval.get("poll_interval_ms", 250) / 1000] * 3


async def test_the_first_hint_counts_or_one_second() -> None:
    async def program(_: Any, client: Any) -> Any:
        return await client.videos.poll("v_1")

    later = answer(body=thing("queued"), headers={"openai-poll-after-ms": "7"})
    plain = answer(body=thing("in_progress"))
    assert (await same(program, [plain, later, *answers("completed")])).pauses == [1, 1]
    assert (await same(program, [later, plain, *answers("failed")])).pauses == [0.007] * 2
    odd = answer(body=thing("queued"), headers={"openai-poll-after-ms": "soon"})
    assert (await same(program, [odd])).result[1] == "ValueError"


async def test_unknown_states_end_the_polling_of_videos_and_files_not_of_runs() -> None:
    async def videos(_: Any, client: Any) -> Any:
        return await client.videos.poll("v_1")

    async def files(_: Any, client: Any) -> Any:
        return await client.vector_stores.files.poll("f_1", vector_store_id="vs_1")

    async def runs(_: Any, client: Any) -> Any:
        return await client.beta.threads.runs.poll("run_1", "thread_1")

    assert len((await same(videos, answers("paused"))).lines) == 1
    assert len((await same(files, answers("paused"))).lines) == 1
    assert len((await same(runs, answers("paused", "completed"))).lines) == 2


ASSISTANT: dict[str, Any] = {"assistant_id": "a_1", "model": "gpt-4o", "temperature": 0.5}


@pytest.mark.parametrize("interval", [{}, {"poll_interval_ms": 40}])
async def test_runs_are_made_and_polled(interval: dict[str, Any]) -> None:
    extra = {"extra_query": {"q": "1"}, "extra_body": {"more": 2}, "timeout": 3.5}

    async def create(_: Any, client: Any) -> Any:
        return await client.beta.threads.runs.create_and_poll(
            thread_id="t_1", include=["a"], **ASSISTANT, **interval, **extra
        )

    async def with_thread(_: Any, client: Any) -> Any:
        return await client.beta.threads.create_and_run_poll(
            thread={"messages": [{"role": "user", "content": "Hi"}]},
            **ASSISTANT,
            **interval,
            **extra,
        )

    async def outputs(_: Any, client: Any) -> Any:
        return await client.beta.threads.runs.submit_tool_outputs_and_poll(
            tool_outputs=[{"tool_call_id": "c_1", "output": "4"}],
            run_id="r_1",
            thread_id="t_1",
            **interval,
            **extra,
        )

    made = [*answers("queued", "queued", "completed", thread_id="t_2")]
    assert (await same(create, made)).lines[1:] == ["GET /threads/t_1/runs/x_1?q=1"] * 2
    assert (await same(with_thread, made)).lines[1:] == ["GET /threads/t_2/runs/x_1?q=1"] * 2
    assert (await same(outputs, made)).lines[1:] == ["GET /threads/t_1/runs/x_1?q=1"] * 2


async def test_batches_of_files_are_polled_by_their_counts() -> None:
    async def create(_: Any, client: Any) -> Any:
        return await client.vector_stores.file_batches.create_and_poll(
            "vs_1", file_ids=["f_1"], attributes={"a": 1}, poll_interval_ms=5
        )

    seen = await same(create, [*answers("in_progress"), counts(2), counts(1), counts(0)])
    assert seen.lines[1:] == ["GET /vector_stores/vs_1/file_batches/x_1"] * 3
    assert seen.pauses == [0.005, 0.005]


def with_uploads(client: Any, fails_at: int | None = None) -> list[Any]:
    """Uploads that answer at once, and what they were asked for."""
    asked: list[Any] = []

    async def create(**arguments: Any) -> Any:
        asked.append(arguments)
        if len(asked) == fails_at:
            raise OSError("no such file")
        return SimpleNamespace(id=f"f_{len(asked)}")

    client.files.create = create
    return asked


async def uploaded_in_a_batch(*contents: bytes) -> Any:
    async def upload(_: Any, client: Any) -> Any:
        asked = with_uploads(client)
        batches = client.vector_stores.file_batches
        files = (each for each in contents)
        options: Any = {"max_concurrency": 2, "poll_interval_ms": 5}
        return asked, await batches.upload_and_poll("vs_1", files=files, file_ids=["g"], **options)

    seen = await same(upload, [*answers("in_progress"), counts(1), counts(0)])
    return seen.requests[0]["body"]["file_ids"]


async def test_files_of_a_batch_are_uploaded_first() -> None:
    assert await uploaded_in_a_batch(b"a") == ["g", "f_1"]


# The order of the official package's threads is anyone's guess.
# async only
async def test_several_files_of_a_batch_are_uploaded_at_once() -> None:
    assert await uploaded_in_a_batch(b"a", b"b", b"c") == ["g", "f_1", "f_2", "f_3"]


async def test_a_failed_upload_of_a_batch_is_the_error_of_the_call() -> None:
    async def upload(_: Any, client: Any) -> Any:
        with_uploads(client, fails_at=2)
        return await client.vector_stores.file_batches.upload_and_poll("vs_1", files=[b"a", b"b"])

    assert (await same(upload)).result[1] == "OSError"


async def test_uploads_need_some_concurrency(scripted_client: Any) -> None:
    batches = scripted_client.vector_stores.file_batches
    with_uploads(scripted_client)
    with pytest.raises(ValueError, match="max_concurrency"):
        await batches.upload_and_poll("vs_1", files=[b"a"], max_concurrency=0)


FILES: list[tuple[str, dict[str, Any]]] = [
    ("create_and_poll", {"file_id": "f_0", "attributes": {"a": 1}}),
    ("upload_and_poll", {"file": b"x", "attributes": {"a": 1}}),
]


@pytest.mark.parametrize(("method", "arguments"), FILES)
async def test_files_are_attached_and_polled(method: str, arguments: dict[str, Any]) -> None:
    async def program(_: Any, client: Any) -> Any:
        asked = with_uploads(client)
        files = client.vector_stores.files
        more: Any = {"chunking_strategy": {"type": "auto"}, "max_wait_seconds": 60}
        return asked, await getattr(files, method)(vector_store_id="vs_1", **arguments, **more)

    seen = await same(program, answers("in_progress", "in_progress", "completed"))
    assert len(seen.lines) == 3
    assert seen.pauses == [0.25]


async def test_a_file_is_uploaded_and_attached() -> None:
    async def program(_: Any, client: Any) -> Any:
        asked = with_uploads(client)
        return asked, await client.vector_stores.files.upload(vector_store_id="vs_1", file=b"x")

    assert (await same(program, answers("in_progress"))).lines == ["POST /vector_stores/vs_1/files"]


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
async def test_only_finite_waits_are_taken(seconds: float) -> None:
    async def program(_: Any, client: Any) -> Any:
        with_uploads(client)
        files = client.vector_stores.files
        wait = {"vector_store_id": "vs_1", "max_wait_seconds": seconds}
        errors = []
        for method, more in [*FILES, ("poll", {"file_id": "f_0"})]:
            with pytest.raises(ValueError, match="max_wait_seconds") as caught:
                await getattr(files, method)(**wait, **more)
            errors.append(str(caught.value))
        return errors

    assert (await same(program)).lines == []


def ticking(package: Any, patch: pytest.MonkeyPatch, official: str, ours: str, step: int) -> None:
    """A clock that goes on by `step` each time the helper looks at it."""
    ticks = itertools.count(1000, step)
    clock = SimpleNamespace(monotonic=lambda: next(ticks))
    modules = [official] if package.__name__ == "openai" else [ours, f"{ours}_sync"]
    for module in modules:
        found = importlib.import_module(f"{package.__name__}.lib.{module}")
        patch.setattr(found, "time", clock, raising=False)


async def test_a_file_is_not_waited_for_longer_than_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def program(package: Any, client: Any) -> Any:
        ticking(package, monkeypatch, "_vector_stores", "_methods.vector_store_files", 1)
        files = client.vector_stores.files
        wait: Any = {"vector_store_id": "vs_1", "poll_interval_ms": 5000}
        with pytest.raises(TimeoutError) as caught:
            await files.poll("f_1", max_wait_seconds=4.5, **wait)
        with pytest.raises(TimeoutError):
            await files.poll("f_1", max_wait_seconds=0, **wait)
        return str(caught.value)

    seen = await same(program, answers("in_progress", "in_progress", "in_progress"))
    assert seen.lines == ["GET /vector_stores/vs_1/files/f_1"] * 2
    assert seen.pauses == [2.5, 0.5]


async def test_files_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def program(_: Any, client: Any) -> Any:
        return await client.files.wait_for_processing("f_1", poll_interval=0.75)

    async def impatient(package: Any, client: Any) -> Any:
        ticking(package, monkeypatch, "_files", "_methods.files", 10)
        with pytest.raises(RuntimeError) as caught:
            await client.files.wait_for_processing("f_1", max_wait_seconds=15)
        return str(caught.value)

    for end in ("processed", "error", "deleted"):
        assert (await same(program, answers("uploaded", "pending", end))).pauses == [0.75, 0.75]
    seen = await same(impatient, answers("uploaded", "uploaded", "uploaded"))
    assert "f_1 to finish processing after 15 seconds" in seen.result


async def test_videos_are_made_and_polled() -> None:
    async def program(_: Any, client: Any) -> Any:
        asked: list[Any] = []

        async def create(**arguments: Any) -> Any:
            asked.append({n: v for n, v in arguments.items() if v and type(v).__name__ != "Omit"})
            return SimpleNamespace(id="v_1")

        client.videos.create = create
        options: Any = {"seconds": "4", "poll_interval_ms": 5, "extra_headers": {"a": "b"}}
        return await client.videos.create_and_poll(prompt="A cat", **options)

    assert (await same(program, answers("queued", "completed"))).lines == ["GET /videos/v_1"] * 2
