"""Pages: what is asked for next, and when it ends."""

from __future__ import annotations

from typing import Any

import openai.pagination
import openai.types.fine_tuning
import pytest

from openai_native import AsyncOpenAI, pagination
from openai_native.pagination import AsyncCursorPage, AsyncPage
from openai_native.types.fine_tuning import FineTuningJob
from scripted import ScriptedServer, answer


def job(name: str) -> dict[str, Any]:
    return {"id": name, "object": "fine_tuning.job", "model": "m", "status": "running"}


def page(*names: str, more: bool) -> bytes:
    return answer(200, {"object": "list", "data": [job(n) for n in names], "has_more": more})


async def test_iterates_over_all_pages(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers += [
        page("a", "b", more=True),
        page("c", more=True),
        page("d", more=False),
    ]
    jobs = [
        each
        async for each in scripted_client.fine_tuning.jobs.list(
            limit=2, extra_query={"x": "1"}, extra_headers={"X-A": "1"}
        )
    ]
    assert [type(each) for each in jobs] == [FineTuningJob] * 4
    assert [each.id for each in jobs] == ["a", "b", "c", "d"]
    assert [sorted(r.query) for r in scripted.requests] == [
        [("limit", "2"), ("x", "1")],
        [("after", "b"), ("limit", "2"), ("x", "1")],
        [("after", "c"), ("limit", "2"), ("x", "1")],
    ]
    assert {r.header("x-a") for r in scripted.requests} == {"1"}
    assert not any("override" in name for r in scripted.requests for name, _ in r.headers)


async def test_page_by_page(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers += [page("a", more=True), page("b", more=False)]
    first = await scripted_client.fine_tuning.jobs.list(limit=1)
    assert type(first) is AsyncCursorPage[FineTuningJob]
    assert first.has_next_page()
    assert repr(first.next_page_info()) == "PageInfo(params={'after': 'a'})"
    second = await first.get_next_page()
    assert (type(second), [each.id for each in second.data]) == (type(first), ["b"])
    assert not second.has_next_page()
    assert first.data[0].id == "a"


async def test_iter_pages(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers += [page("a", more=True), page("b", more=True), page(more=True)]
    first = await scripted_client.fine_tuning.jobs.list()
    assert [[each.id for each in p.data] async for p in first.iter_pages()] == [["a"], ["b"], []]


async def test_no_next_page(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers.append(page(more=True))
    empty = await scripted_client.fine_tuning.jobs.list()
    assert not empty.has_next_page()
    with pytest.raises(RuntimeError, match="has_next_page"):
        await empty.get_next_page()


async def test_models_come_in_one_page(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers.append(answer(200, {"object": "list", "data": [{"id": "m"}]}))
    models = await scripted_client.models.list()
    assert isinstance(models, AsyncPage)
    assert not models.has_next_page()
    assert [model.id async for model in models] == ["m"]


async def test_raw_page(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    scripted.answers += [page("a", more=True), page("b", more=False)]
    raw = await scripted_client.fine_tuning.jobs.with_raw_response.list(limit=1)
    assert raw.status_code == 200
    assert [each.id async for each in raw.parse()] == ["a", "b"]
    assert scripted.requests[0].header("x-stainless-raw-response") == "true"
    assert scripted.requests[1].header("x-stainless-raw-response") is None


async def test_error_on_a_later_page(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    from openai_native import RateLimitError

    scripted.answers += [page("a", more=True), answer(429, {"error": {"message": "slow"}})]
    seen = []
    with pytest.raises(RateLimitError, match="slow"):
        async for each in scripted_client.fine_tuning.jobs.list():
            seen.append(each.id)
    assert seen == ["a"]


async def test_api_list_of_an_undocumented_endpoint(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers += [page("a", more=True), page("b", more=False)]
    paginator = scripted_client.get_api_list("/things", model=FineTuningJob, page=AsyncCursorPage)
    assert [each.id async for each in paginator] == ["a", "b"]
    assert [r.target for r in scripted.requests] == ["/v1/things", "/v1/things?after=a"]


async def test_mock_server_pages(client: AsyncOpenAI) -> None:
    jobs = [each async for each in client.fine_tuning.jobs.list(limit=20)]
    assert len({each.id for each in jobs}) == len(jobs) > 20


@pytest.mark.parametrize("name", sorted(openai.pagination.__all__))
@pytest.mark.parametrize(
    "values",
    [
        {"data": []},
        {"data": None},
        {"data": [{"id": "x"}]},
        {"data": [{"id": None}]},
        {"data": [{"other": 1}], "has_more": True},
        {"data": [{"id": "x"}], "has_more": False},
        {"data": [{"id": "x"}], "last_id": "l", "next": "n", "has_more": True},
        {"data": [{"id": "x"}], "last_id": "", "next": ""},
    ],
)
def test_same_next_page_as_the_official_class(name: str, values: dict[str, Any]) -> None:
    def outcome(module: Any, job_type: Any) -> tuple[Any, ...]:
        cls = getattr(module, name)[job_type]
        items = values["data"]
        data = items and [job_type.construct(**each) for each in items]
        made = cls.construct(**{**values, "data": data})
        info = made.next_page_info()
        return made.has_next_page(), info and info.params, len(made._get_page_items())

    official = outcome(openai.pagination, openai.types.fine_tuning.FineTuningJob)
    assert outcome(pagination, FineTuningJob) == official
