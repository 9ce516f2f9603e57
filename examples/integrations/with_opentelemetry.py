"""OpenTelemetry's instrumentation of the OpenAI client: spans for calls, streams and errors."""

import asyncio
import os
from contextlib import suppress

import openai
from openai import AsyncOpenAI, OpenAI
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "Say hello"}]}

before = OpenAI()  # a client that exists already is traced as well
exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
tracing = TracerProvider()
tracing.add_span_processor(SimpleSpanProcessor(exporter))
metering = MeterProvider(metric_readers=[reader])
OpenAIInstrumentor().instrument(tracer_provider=tracing, meter_provider=metering)


def finished() -> list[str]:
    spans = exporter.get_finished_spans()
    exporter.clear()
    return [f"{span.name} {span.status.status_code.name}" for span in spans]


async def concurrent() -> None:
    client = AsyncOpenAI()
    await asyncio.gather(*(client.chat.completions.create(**ASK) for _ in range(3)))
    stream = await client.chat.completions.create(
        **ASK, stream=True, stream_options={"include_usage": True}
    )
    assert len([chunk async for chunk in stream]) > 1
    raw = await client.chat.completions.with_raw_response.create(**ASK)
    assert raw.parse().choices
    await client.embeddings.create(model="text-embedding-3-small", input="text")
    # A stream that its reader leaves is not lost.
    async with await client.chat.completions.create(**ASK, stream=True) as left:
        async for _ in left:
            break


assert before.chat.completions.create(**ASK).choices
for _ in before.chat.completions.create(**ASK, stream=True):
    pass
with suppress(openai.NotFoundError):
    before.chat.completions.create(**{**ASK, "model": "missing-model"})
names = finished()
print("sync:", names)
assert names == [f"chat {MODEL} UNSET"] * 2 + ["chat missing-model ERROR"]

asyncio.run(concurrent())
names = finished()
print("async:", names)
assert names.count(f"chat {MODEL} UNSET") == 6 and len(names) == 7

metrics = {
    metric.name
    for resource in reader.get_metrics_data().resource_metrics
    for scope in resource.scope_metrics
    for metric in scope.metrics
}
print("metrics:", sorted(metrics))
assert "gen_ai.client.operation.duration" in metrics
OpenAIInstrumentor().uninstrument()
