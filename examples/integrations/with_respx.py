"""Mocked calls: respx answers for the legacy HTTP library, whose clients are given to ours."""

from __future__ import annotations

import asyncio
import json

import httpx
import respx
from openai import AsyncOpenAI, NotFoundError, OpenAI

ADDRESS = "https://api.openai.com/v1"
MESSAGES = [{"role": "user", "content": "Say hello"}]
CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}


def completion(text: str) -> dict[str, object]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return {**CHUNK, "object": "chat.completion", "choices": [choice]}


def events(*pieces: str) -> bytes:
    chunks = ({**CHUNK, "choices": [{"index": 0, "delta": {"content": p}}]} for p in pieces)
    return b"".join(b"data: %s\n\n" % json.dumps(c).encode() for c in chunks) + b"data: [DONE]\n\n"


def calls(router: respx.MockRouter) -> None:
    client = OpenAI(base_url=ADDRESS, http_client=httpx.Client(), max_retries=1)
    route = router.post("/chat/completions").mock(
        side_effect=[
            httpx.Response(503, headers={"retry-after-ms": "1"}),
            httpx.Response(200, json=completion("hello")),
        ]
    )
    answer = client.chat.completions.create(model="m", messages=MESSAGES)
    print(answer.choices[0].message.content, "after", route.call_count, "attempts")
    print(json.loads(route.calls.last.request.content)["messages"])
    router.get("/models/none").respond(404, json={"error": {"message": "no such model"}})
    try:
        client.models.retrieve("none")
    except NotFoundError as error:
        print(error.status_code, error.body)


async def async_calls(router: respx.MockRouter) -> None:
    async with AsyncOpenAI(base_url=ADDRESS, http_client=httpx.AsyncClient()) as client:
        router.post("/chat/completions").respond(
            200, content=events("he", "llo"), headers={"content-type": "text/event-stream"}
        )
        stream = await client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        print([chunk.choices[0].delta.content async for chunk in stream])


with respx.mock(base_url=ADDRESS) as router:
    calls(router)
with respx.mock(base_url=ADDRESS) as router:
    asyncio.run(async_calls(router))
