"""langfuse: its wrapped client; calls, streams, typed answers, sync and async."""

import asyncio
import os

from langfuse import Langfuse
from langfuse.openai import AsyncOpenAI, OpenAI
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel

MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "Say hello"}]}

exporter = InMemorySpanExporter()
langfuse = Langfuse(public_key="pk", secret_key="sk", span_exporter=exporter)


class Forecast(BaseModel):
    city: str
    degrees: int


def finished() -> list[str]:
    langfuse.flush()
    outputs = [
        (span.name, "langfuse.observation.output" in span.attributes)
        for span in exporter.get_finished_spans()
    ]
    exporter.clear()
    assert all(has_output for _, has_output in outputs), outputs
    return [name for name, _ in outputs]


async def concurrent() -> None:
    client = AsyncOpenAI()
    await asyncio.gather(*(client.chat.completions.create(**ASK) for _ in range(2)))
    stream = await client.chat.completions.create(**ASK, stream=True)
    assert len([chunk async for chunk in stream]) > 1
    response = await client.responses.create(model=MODEL, input="Say hello")
    assert response.output_text
    typed = await client.chat.completions.parse(**ASK, response_format=Forecast)
    assert isinstance(typed.choices[0].message.parsed, Forecast)


client = OpenAI()
assert client.chat.completions.create(**ASK).choices
assert len(list(client.chat.completions.create(**ASK, stream=True))) > 1
assert client.chat.completions.with_raw_response.create(**ASK).parse().choices
names = finished()
print("sync:", names)
assert len(names) == 3

asyncio.run(concurrent())
names = finished()
print("async:", names)
assert len(names) == 5
