"""logfire: one client instrumented, then all of them; calls, streams, errors, embeddings."""

import asyncio
import os
from contextlib import suppress

import logfire
import openai
from openai import AsyncOpenAI, OpenAI
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "Say hello"}]}

exporter = InMemorySpanExporter()
logfire.configure(
    send_to_logfire=False,
    console=False,
    additional_span_processors=[SimpleSpanProcessor(exporter)],
)


def finished() -> list[str]:
    names = [span.attributes["logfire.msg"] for span in exporter.get_finished_spans()]
    exporter.clear()
    return sorted(name for name in names if name)


async def concurrent(client: AsyncOpenAI) -> None:
    await asyncio.gather(*(client.chat.completions.create(**ASK) for _ in range(2)))
    stream = await client.chat.completions.create(**ASK, stream=True)
    assert isinstance(stream, openai.AsyncStream)
    assert len([chunk async for chunk in stream]) > 1
    async with client.chat.completions.stream(**ASK) as helper:
        assert (await helper.get_final_completion()).choices
    response = await client.responses.create(model=MODEL, input="Say hello")
    assert response.output_text
    await client.embeddings.create(model="text-embedding-3-small", input="text")


one = OpenAI()
with logfire.instrument_openai(one):
    assert one.chat.completions.create(**ASK).choices
    assert len(list(one.chat.completions.create(**ASK, stream=True))) > 1
    with suppress(openai.NotFoundError):
        one.chat.completions.create(**{**ASK, "model": "missing-model"})
assert one.chat.completions.create(**ASK).choices  # no longer instrumented
names = finished()
print("one client:", names)
assert len(names) == 4  # a stream has a second one, for what it said

with logfire.instrument_openai():
    asyncio.run(concurrent(AsyncOpenAI()))
names = finished()
print("all clients:", names)
assert len(names) == 8
