"""Recorded calls: vcrpy writes a cassette the first time, and answers from it afterwards.

usage: with_vcr.py CASSETTE MODE
"""

from __future__ import annotations

import asyncio
import sys

import vcr
from openai import AsyncOpenAI, OpenAI

ASKED = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Say hello"}]}


def calls(client: OpenAI) -> None:
    answer = client.chat.completions.create(**ASKED)
    print(answer.choices[0].message.content)
    stream = client.chat.completions.create(**ASKED, stream=True)
    print([chunk.choices[0].delta.content for chunk in stream if chunk.choices])
    print(client.models.with_raw_response.list().status_code)


async def async_calls() -> None:
    async with AsyncOpenAI() as client:
        answer = await client.chat.completions.create(**ASKED)
        print(answer.choices[0].message.content)
        stream = await client.chat.completions.create(**ASKED, stream=True)
        print([chunk.choices[0].delta.content async for chunk in stream if chunk.choices])


# A client that has been in use keeps its connections, and is recorded all the same.
client = OpenAI()
print(len(client.models.list().data) > 0)
cassette, mode = sys.argv[1:]
with vcr.use_cassette(cassette, record_mode=mode, filter_headers=["authorization"]) as tape:
    calls(client)
    asyncio.run(async_calls())
    print(len(tape), "on the tape")
print(len(client.models.list().data) > 0)
