"""The mock server's other endpoints, seen by the official client."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import httpx
import openai
import pytest
from mock_requests import WEATHER

from openai_native.mock import MockServer


def test_completions(client: openai.OpenAI) -> None:
    got = client.completions.create(
        model="gpt-3.5-turbo-instruct", prompt=["first", "second"], n=2, echo=True, logprobs=1
    )
    assert [c.text.startswith(w) for c, w in zip(got.choices, "ffss", strict=True)] == [True] * 4
    stream = client.completions.create(
        model="m", prompt="x y", stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    whole = client.completions.create(model="m", prompt="x y").choices[0].text
    assert "".join(c.choices[0].text for c in chunks if c.choices) == whole
    assert chunks[-1].usage and chunks[-2].choices[0].finish_reason == "stop"


def test_responses(client: openai.OpenAI) -> None:
    got = client.responses.create(model="gpt-4o", input="Tell me", instructions="Be brief")
    assert got.status == "completed" and "Tell me" in got.output_text
    assert got.instructions == "Be brief" and got.usage and got.usage.output_tokens > 0
    assert client.responses.retrieve(got.id) == got
    (item,) = client.responses.input_items.list(got.id)
    assert item.type == "message"
    after = client.responses.create(model="gpt-4o", input="And?", previous_response_id=got.id)
    assert after.previous_response_id == got.id
    with pytest.raises(openai.BadRequestError, match="background"):
        client.responses.cancel(got.id)
    client.responses.delete(got.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(got.id)
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.create(model="gpt-4o", input="And?", previous_response_id=got.id)
    assert caught.value.code == "previous_response_not_found"
    hidden = client.responses.create(model="gpt-4o", input="x", store=False)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(hidden.id)


def test_response_events(client: openai.OpenAI) -> None:
    events = list(client.responses.create(model="gpt-4o", input="Hi", stream=True))
    kinds = [e.type for e in events]
    deltas = kinds.count("response.output_text.delta")
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        *["response.output_text.delta"] * deltas,
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [e.sequence_number for e in events] == list(range(len(events)))
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    last = events[-1]
    assert last.type == "response.completed" and last.response.output_text == text
    again = list(client.responses.retrieve(last.response.id, stream=True))
    assert again == events
    rest = list(client.responses.retrieve(last.response.id, stream=True, starting_after=4))
    assert rest == events[5:]


def test_response_stream_helper_and_tools(client: openai.OpenAI) -> None:
    tool = {"type": "function", "strict": True, **WEATHER["function"]}
    with client.responses.stream(model="gpt-4o", input="Hi", tools=[tool]) as stream:
        final = stream.get_final_response()
    (call,) = final.output
    assert call.type == "function_call" and json.loads(call.arguments)["days"] >= 2
    answer = {"type": "function_call_output", "call_id": call.call_id, "output": "rain"}
    history: Any = [{"role": "user", "content": "Hi"}, call.model_dump(), answer]
    assert client.responses.create(model="gpt-4o", input=history, tools=[tool]).output_text


def test_short_and_background_responses(client: openai.OpenAI) -> None:
    long = " ".join(["word"] * 30)
    got = client.responses.create(model="gpt-4o", input=long, max_output_tokens=16)
    assert got.status == "incomplete"
    assert got.incomplete_details and got.incomplete_details.reason == "max_output_tokens"
    slow = client.responses.create(model="gpt-4o", input="x", background=True)
    seen = [slow.status] + [client.responses.retrieve(slow.id).status for _ in range(2)]
    assert seen == ["queued", "in_progress", "completed"]
    slow = client.responses.create(model="gpt-4o", input="x", background=True)
    assert client.responses.cancel(slow.id).status == "cancelled"
    assert client.responses.retrieve(slow.id).status == "cancelled"


def test_embeddings(client: openai.OpenAI) -> None:
    model = "text-embedding-3-small"
    as_base64 = client.embeddings.create(model=model, input=["a", "b"])
    as_floats = client.embeddings.create(model=model, input=["a", "b"], encoding_format="float")
    for packed, plain in zip(as_base64.data, as_floats.data, strict=True):
        exact = [struct.unpack("f", struct.pack("f", x))[0] for x in plain.embedding]
        assert packed.embedding == exact
        assert len(exact) == 1536 and abs(sum(x * x for x in exact) - 1) < 1e-5
    assert as_base64.data[0].embedding != as_base64.data[1].embedding
    for wanted in (1, 2, 3, 256):
        small = client.embeddings.create(model=model, input=[1, 2, 3], dimensions=wanted)
        assert len(small.data) == 1 and len(small.data[0].embedding) == wanted


def test_embeddings_base64_is_canonical(raw: httpx.Client) -> None:
    for wanted in (1, 2, 3):
        body = {"model": "m", "input": "x", "dimensions": wanted, "encoding_format": "base64"}
        text = raw.post("embeddings", json=body).json()["data"][0]["embedding"]
        assert len(base64.b64decode(text, validate=True)) == 4 * wanted


def test_models(client: openai.OpenAI) -> None:
    assert "gpt-4o" in [m.id for m in client.models.list()]
    assert client.models.retrieve("ft:gpt-4o:me/x").id == "ft:gpt-4o:me/x"
    assert client.models.delete("ft:gpt-4o:me").deleted
    with pytest.raises(openai.PermissionDeniedError):
        client.models.delete("gpt-4o")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("missing-model")


def test_fine_tuning_pages(server: MockServer, client: openai.OpenAI) -> None:
    with MockServer(jobs=45) as other:
        paged = client.with_options(base_url=other.base_url)
        jobs = list(paged.fine_tuning.jobs.list(limit=20))
        assert len(jobs) == len({j.id for j in jobs}) == 45
        targets = [r["target"] for r in other.requests()]
        assert len(targets) == 3 and "after=" in targets[1]
        page = paged.fine_tuning.jobs.list(limit=40)
        assert page.has_next_page() and len(page.get_next_page().data) == 5
    assert len(client.fine_tuning.jobs.list().data) == 20


def test_fine_tuning_jobs(client: openai.OpenAI) -> None:
    job = client.fine_tuning.jobs.create(
        model="gpt-4o", training_file="file-1", suffix="s", metadata={"k": "v"}, seed=7
    )
    assert job.status == "queued" and job.metadata == {"k": "v"} and job.seed == 7
    assert client.fine_tuning.jobs.list().data[0].id == job.id
    assert client.fine_tuning.jobs.pause(job.id).status == "paused"  # type: ignore[comparison-overlap]
    assert client.fine_tuning.jobs.resume(job.id).status == "queued"
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    with pytest.raises(openai.BadRequestError):
        client.fine_tuning.jobs.cancel(job.id)
    assert client.fine_tuning.jobs.retrieve(job.id).status == "cancelled"
    assert len(list(client.fine_tuning.jobs.list_events(job.id, limit=7))) == 30
    assert len(list(client.fine_tuning.jobs.checkpoints.list(job.id))) == 15
    with pytest.raises(openai.NotFoundError):
        client.fine_tuning.jobs.retrieve("ftjob-none")


def test_moderations(client: openai.OpenAI) -> None:
    got = client.moderations.create(input=["a nice day", "I will KILL it"])
    assert [r.flagged for r in got.results] == [False, True]
    assert got.results[1].categories.violence and not got.results[1].categories.hate


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 1000, b"\r\n--\r\n\r\n--"])
def test_files(client: openai.OpenAI, content: bytes) -> None:
    made: Any = client.files.create(file=("a name.bin", content), purpose="batch")
    assert (made.bytes, made.crc32) == (len(content), zlib.crc32(content))
    assert (made.filename, made.purpose) == ("a name.bin", "batch")


def test_files_that_do_not_arrive(raw: httpx.Client) -> None:
    form = {"content-type": "multipart/form-data; boundary=b"}
    part = '--b\r\ncontent-disposition: form-data; name="file"\r\n\r\nx\r\n'
    for body, told in (("", "whole form"), (part, "whole form"), (part + "--b--", "'purpose'")):
        got = raw.post("/files", content=body.encode(), headers=form)
        assert got.status_code == 400 and told in got.json()["error"]["message"]
    got = raw.post("/files", json={"file": "x"})
    assert got.status_code == 400
