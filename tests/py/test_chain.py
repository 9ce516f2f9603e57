"""The inner chain: whoever replaces a link sees the calls, and they end as without it."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from openai_native import AsyncOpenAI, AsyncStream
from openai_native._base_client import AsyncAPIClient, make_request_options
from openai_native._models import FinalRequestOptions
from openai_native.resources.models import AsyncModels
from openai_native.types import Model
from openai_native.types.chat import ChatCompletion, ChatCompletionChunk
from scripted import ScriptedServer, answer

CHAT: Any = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


class Watch:
    """Stands in the place of a link and passes everything on."""

    def __init__(self, link: Any) -> None:
        self.link = link
        self.seen: list[Any] = []

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.seen.append((args, kwargs))
        return await self.link(*args, **kwargs)


def watching(link: Any, seen: list[Any]) -> Any:
    """The same as a function, so that a class makes a method of it."""

    async def watch(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append((args, kwargs))
        return await link(self, *args, **kwargs)

    return watch


@pytest.fixture(params=["request", "post"])
def link(request: pytest.FixtureRequest) -> Iterator[str]:
    yield str(request.param)


async def test_a_link_of_the_client(client: AsyncOpenAI, link: str) -> None:
    plain = await client.chat.completions.create(**CHAT)
    watch = Watch(getattr(client, link))
    setattr(client, link, watch)
    chained = await client.chat.completions.create(**CHAT)
    assert (type(chained), chained.choices) == (type(plain), plain.choices)
    assert chained._request_id
    assert len(watch.seen) == 1
    delattr(client, link)
    await client.chat.completions.create(**CHAT)
    assert len(watch.seen) == 1


async def test_putting_the_own_link_back_ends_it(client: AsyncOpenAI) -> None:
    own = client.request
    watch = Watch(own)
    client.request = watch
    await client.models.retrieve("gpt-4o")
    client.request = own
    await client.models.retrieve("gpt-4o")
    assert len(watch.seen) == 1
    assert not client._chained


@pytest.mark.parametrize("cls", [AsyncOpenAI, AsyncAPIClient])
async def test_a_link_of_a_class_counts_for_clients_that_exist(
    client: AsyncOpenAI, link: str, cls: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.chat.completions.create(**CHAT)
    seen: list[Any] = []
    with monkeypatch.context() as patched:
        patched.setattr(cls, link, watching(getattr(cls, link), seen))
        await client.chat.completions.create(**CHAT)
        await client.with_options(max_retries=1).chat.completions.create(**CHAT)
    assert len(seen) == 2
    await client.chat.completions.create(**CHAT)
    assert len(seen) == 2


async def test_a_link_of_a_subclass(client: AsyncOpenAI) -> None:
    class Watching(AsyncOpenAI):
        async def request(self, cast_to: Any, options: Any, **how: Any) -> Any:
            options.headers = {"X-Own": "1"}
            result = await super().request(cast_to, options, **how)
            return [options.url, result]

    own = Watching(api_key="k", base_url=client.base_url, http_client=client._client)
    url, model = await own.models.retrieve("gpt-4o")  # type: ignore[misc]
    assert (url, type(model)) == ("/models/gpt-4o", Model)
    assert not client._chained


async def test_a_client_class_goes_together_with_an_abstract_one(client: AsyncOpenAI) -> None:
    class Named(ABC):
        @abstractmethod
        def name(self) -> str: ...

    class Mine(AsyncOpenAI, Named):
        def name(self) -> str:
            return "mine"

    mine = Mine(api_key="k", base_url=client.base_url, http_client=client._client)
    assert (await mine.models.retrieve("gpt-4o")).id == "gpt-4o"


async def test_a_link_of_a_resource(client: AsyncOpenAI) -> None:
    models = client.models
    watch = Watch(models._get)
    models._get = watch
    assert (await models.retrieve("gpt-4o")).id == "gpt-4o"
    [(args, kwargs)] = watch.seen
    assert args == ("/models/gpt-4o",)
    assert kwargs == {"cast_to": Model, "options": {"security": {"bearer_auth": True}}}
    await client.chat.completions.create(**CHAT)
    assert models._client is client
    del models._get
    await models.retrieve("gpt-4o")
    assert len(watch.seen) == 1


async def test_a_link_of_a_resource_class(client: AsyncOpenAI) -> None:
    class Mine(AsyncModels):
        def __init__(self, client: AsyncOpenAI) -> None:
            super().__init__(client)
            self._get = Watch(client.get)

    mine = Mine(client)
    await mine.retrieve("gpt-4o")
    assert len(mine._get.seen) == 1


async def test_lists_take_the_chain(scripted: ScriptedServer, scripted_client: AsyncOpenAI) -> None:
    def page(name: str, more: bool) -> bytes:
        job = {"id": name, "object": "fine_tuning.job", "model": "m", "status": "running"}
        return answer(200, {"object": "list", "data": [job], "has_more": more})

    scripted.answers += [page("a", True), page("b", False), page("c", False)]
    watch = Watch(scripted_client.request)
    scripted_client.request = watch
    listed = scripted_client.fine_tuning.jobs.list(limit=1, extra_headers={"X-A": "1"})
    assert [job.id async for job in listed] == ["a", "b"]
    first, second = (args[1] for args, _ in watch.seen)
    assert (first.params, second.params) == ({"limit": 1}, {"limit": 1, "after": "a"})
    assert {each.header("x-a") for each in scripted.requests} == {"1"}
    raw = await scripted_client.fine_tuning.jobs.with_raw_response.list()
    assert [job.id for job in raw.parse().data] == ["c"]


async def test_streams_take_the_chain(client: AsyncOpenAI) -> None:
    class Counting(AsyncStream[ChatCompletionChunk]):
        count = 0

        async def __stream__(self) -> AsyncIterator[ChatCompletionChunk]:
            async for chunk in super().__stream__():
                type(self).count += 1
                yield chunk

    own = client.request

    async def request(cast_to: Any, options: Any, **how: Any) -> Any:
        assert how["stream_cls"] == AsyncStream[ChatCompletionChunk]
        return await own(cast_to, options, **{**how, "stream_cls": Counting})

    client.request = request
    stream = await client.chat.completions.create(**CHAT, stream=True)
    assert isinstance(stream, Counting)
    assert stream._client is client
    chunks = [chunk async for chunk in stream]
    assert len(chunks) == Counting.count > 0
    async with client.chat.completions.stream(**CHAT) as events:
        assert (await events.get_final_completion()).choices


async def test_raw_and_streamed_responses_take_the_chain(client: AsyncOpenAI) -> None:
    watch = Watch(client.post)
    client.post = watch
    raw = await client.chat.completions.with_raw_response.create(**CHAT)
    assert raw.parse().choices
    async with client.chat.completions.with_streaming_response.create(**CHAT) as response:
        assert (await response.parse()).choices
    assert len(watch.seen) == 2


async def test_uploads_take_the_chain(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    watch = Watch(scripted_client.request)
    scripted_client.request = watch
    await scripted_client.files.create(file=io.BytesIO(b"content"), purpose="batch")
    options = watch.seen[0][0][1]
    assert options.json_data == {"purpose": "batch"}
    assert options.headers == {"Content-Type": "multipart/form-data"}
    assert [name for name, _ in options.files] == ["file"]
    [request] = scripted.requests
    assert str(request.header("content-type")).startswith("multipart/form-data; boundary=")
    assert b"content" in request.body


async def test_what_an_interceptor_changes_is_sent(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    own = scripted_client.request

    async def request(cast_to: Any, options: FinalRequestOptions, **how: Any) -> Any:
        options = options.model_copy(update={"url": "/other", "max_retries": 0})
        options.json_data = {**options.json_data, "added": True}  # type: ignore[dict-item]
        options.headers = {**options.headers, "X-Own": "1"}  # type: ignore[dict-item]
        options.params = {"q": "2"}
        return await own(cast_to, options, **how)

    scripted_client.request = request
    await scripted_client.embeddings.with_raw_response.create(model="m", input="x")
    [sent] = scripted.requests
    assert (sent.path, sent.query, sent.header("x-own")) == ("/v1/other", [("q", "2")], "1")
    assert sent.json()["added"] is True


async def test_errors_pass_through_the_chain(client: AsyncOpenAI) -> None:
    client.request = Watch(client.request)
    with pytest.raises(ValueError, match="non-empty value for `model`"):
        await client.models.retrieve("")
    assert client.request.seen == []


async def test_a_client_that_rewrites_its_options(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    class Elsewhere(AsyncOpenAI):
        def _rewrite_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
            return options.model_copy(update={"url": f"/deployed{options.url}"})

    url = scripted_client.base_url
    own = Elsewhere(api_key="k", base_url=url, http_client=scripted_client._client)
    await own.models.retrieve("m")
    assert scripted.requests[0].path == "/v1/deployed/models/m"


async def test_post_as_litellm_calls_it(client: AsyncOpenAI) -> None:
    options = make_request_options(extra_headers={"X-Stainless-Raw-Response": "true"}, timeout=5)
    raw: Any = await client.post(
        "/chat/completions",
        body={**CHAT, "stream": True},
        cast_to=ChatCompletion,
        options=options,
        stream=True,
        stream_cls=AsyncStream[ChatCompletionChunk],
    )
    assert type(raw).__name__ == "LegacyAPIResponse"
    assert [chunk async for chunk in raw.parse()]


async def test_options_of_one_request(
    scripted: ScriptedServer, scripted_client: AsyncOpenAI
) -> None:
    scripted.answers += [answer(500), answer(200, {}), answer(200, {})]
    url = f"{scripted_client.base_url}elsewhere?a=1"
    final = FinalRequestOptions(method="post", url=url, max_retries=1)
    assert await scripted_client.request(object, final) == {}
    assert [each.target for each in scripted.requests] == ["/v1/elsewhere?a=1"] * 2
    scripted_client._idempotency_header = "Idempotency-Key"
    await scripted_client.post("/x", cast_to=object, options={"idempotency_key": "mine"})
    assert scripted.requests[2].header("idempotency-key") == "mine"
