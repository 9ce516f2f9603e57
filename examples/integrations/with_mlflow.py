"""mlflow: automatic tracing of calls, streams and errors, into a database of its own."""

import asyncio
import os
import tempfile
from contextlib import suppress

import mlflow
import openai
from openai import AsyncOpenAI, OpenAI

MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")
ASK = {"model": MODEL, "messages": [{"role": "user", "content": "Say hello"}]}


async def concurrent(client: AsyncOpenAI) -> None:
    await asyncio.gather(*(client.chat.completions.create(**ASK) for _ in range(2)))
    stream = await client.chat.completions.create(**ASK, stream=True)
    assert len([chunk async for chunk in stream]) > 1


with tempfile.TemporaryDirectory() as place:
    mlflow.set_tracking_uri(f"sqlite:///{place}/traces.db")
    mlflow.openai.autolog()
    client = OpenAI()
    assert client.chat.completions.create(**ASK).choices
    assert len(list(client.chat.completions.create(**ASK, stream=True))) > 1
    assert client.responses.create(model=MODEL, input="Say hello").output_text
    assert client.embeddings.create(model="text-embedding-3-small", input="text").data
    with suppress(openai.NotFoundError):
        client.chat.completions.create(**{**ASK, "model": "missing-model"})
    asyncio.run(concurrent(AsyncOpenAI()))
    mlflow.flush_trace_async_logging()
    traces = mlflow.search_traces(return_type="list")
    found = sorted((trace.data.spans[0].name, trace.info.state.value) for trace in traces)
    print(found)
    assert len(found) == 8 and [state for _, state in found].count("ERROR") == 1
    assert all(trace.data.spans[0].outputs for trace in traces if trace.info.state.value == "OK")
