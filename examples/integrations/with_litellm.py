"""litellm: completion, streams, tools, embeddings, errors, sync and async, and by the router."""

import asyncio
import os

import litellm
import openai

litellm.telemetry = False
MODEL = "openai/" + os.environ.get("OPENAI_MODEL", "gpt-4o-mini")
HELLO = [{"role": "user", "content": "Say hello"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


def blocking() -> None:
    answer = litellm.completion(model=MODEL, messages=HELLO)
    assert answer.choices[0].message.content and answer.usage.total_tokens
    print("completion:", answer.choices[0].message.content)
    chunks = list(litellm.completion(model=MODEL, messages=HELLO, stream=True))
    assert len(chunks) > 1
    print("stream:", len(chunks), "chunks")
    called = litellm.completion(
        model=MODEL, messages=[{"role": "user", "content": "Call weather"}], tools=[TOOL]
    )
    assert called.choices[0].message.tool_calls[0].function.name == "weather"
    vector = litellm.embedding(model="openai/text-embedding-3-small", input=["text"])
    print("embedding:", len(vector.data[0]["embedding"]), "numbers")


async def concurrent() -> None:
    answers = await asyncio.gather(
        *(litellm.acompletion(model=MODEL, messages=HELLO) for _ in range(5))
    )
    assert all(answer.choices[0].message.content for answer in answers)
    stream = await litellm.acompletion(model=MODEL, messages=HELLO, stream=True)
    chunks = [chunk async for chunk in stream]
    assert len(chunks) > 1
    print("async:", len(answers), "answers,", len(chunks), "chunks")
    vector = await litellm.aembedding(model="openai/text-embedding-3-small", input=["text"])
    assert vector.data
    try:
        await litellm.acompletion(model="openai/missing-model", messages=HELLO)
    except openai.NotFoundError as error:
        assert isinstance(error, litellm.NotFoundError)
        print("error:", error.status_code)
    router = litellm.Router(
        model_list=[{"model_name": "chat", "litellm_params": {"model": MODEL}}], num_retries=0
    )
    routed = await router.acompletion(model="chat", messages=HELLO)
    assert routed.choices[0].message.content


blocking()
asyncio.run(concurrent())
