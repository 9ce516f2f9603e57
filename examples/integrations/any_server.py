"""Whatever answers at OPENAI_BASE_URL: chat, streams, tools, embeddings, errors, sync and async."""

import asyncio
import json
import os

import openai
from openai import AsyncOpenAI, OpenAI

MODEL = os.environ["OPENAI_MODEL"]
TOOLS_MODEL = os.environ.get("OPENAI_TOOLS_MODEL", MODEL)
EMBEDDING_MODEL = os.environ["OPENAI_EMBEDDING_MODEL"]
HELLO = [{"role": "user", "content": "Say hello"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "What the weather is like in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Paris", "Rome"]}},
            "required": ["city"],
        },
    },
}
# Servers differ in what they understand here.
CHOICE = json.loads(os.environ.get("OPENAI_TOOL_CHOICE", '"required"'))


def blocking(client: OpenAI) -> None:
    print("models:", [model.id for model in client.models.list()])
    answer = client.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=12)
    assert answer.choices[0].message.content and answer.usage.total_tokens
    print("chat:", repr(answer.choices[0].message.content))
    with client.chat.completions.create(
        model=MODEL, messages=HELLO, max_tokens=12, stream=True
    ) as stream:
        chunks = list(stream)
    assert len(chunks) > 1
    print("stream:", len(chunks), "chunks")
    called = client.chat.completions.create(
        model=TOOLS_MODEL, messages=HELLO, tools=[TOOL], tool_choice=CHOICE, max_tokens=200
    )
    (call,) = called.choices[0].message.tool_calls
    assert call.function.name == "weather"
    assert json.loads(call.function.arguments)["city"] in ("Paris", "Rome")
    print("tools:", call.function.arguments)
    try:
        client.models.retrieve("nowhere")
    except openai.NotFoundError as error:
        print("error:", error.status_code, error.message[:60])
    else:
        raise AssertionError("there is no such model")


async def concurrent(client: AsyncOpenAI) -> None:
    answers = await asyncio.gather(
        *(
            client.chat.completions.create(model=MODEL, messages=HELLO, max_tokens=5)
            for _ in range(4)
        )
    )
    assert all(answer.choices for answer in answers)
    stream = await client.chat.completions.create(
        model=MODEL,
        messages=HELLO,
        max_tokens=12,
        stream=True,
        stream_options={"include_usage": True},
    )
    usage = [chunk.usage async for chunk in stream][-1]
    elsewhere = client.with_options(base_url=os.environ.get("OPENAI_EMBEDDING_BASE_URL"))
    vectors = await elsewhere.embeddings.create(model=EMBEDDING_MODEL, input=["one", "two"])
    assert vectors.data and all(isinstance(n, float) for n in vectors.data[0].embedding)
    print("async:", len(answers), "answers,", usage, len(vectors.data[0].embedding), "numbers")


blocking(OpenAI())
asyncio.run(concurrent(AsyncOpenAI()))
