"""instructor: typed answers in two modes, lists, partial answers, sync and async."""

import asyncio
import os

import instructor
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")


class Forecast(BaseModel):
    city: str
    degrees: int


ASK = {
    "model": MODEL,
    "messages": [{"role": "user", "content": "Forecast for Paris"}],
    "response_model": Forecast,
}


async def concurrent(mode: instructor.Mode) -> None:
    client = instructor.from_openai(AsyncOpenAI(), mode=mode)
    answers = await asyncio.gather(*(client.chat.completions.create(**ASK) for _ in range(5)))
    assert all(isinstance(answer, Forecast) for answer in answers)
    forecast, raw = await client.chat.completions.create_with_completion(**ASK)
    assert isinstance(forecast, Forecast) and raw.usage.total_tokens
    parts = [part async for part in client.chat.completions.create_partial(**ASK)]
    assert len(parts) > 1
    print(mode.name, "async:", len(answers), "answers,", len(parts), "parts")


for each in (instructor.Mode.TOOLS, instructor.Mode.JSON_SCHEMA):
    client = instructor.from_openai(OpenAI(), mode=each)
    answer = client.chat.completions.create(**ASK)
    assert isinstance(answer, Forecast)
    parts = list(client.chat.completions.create_partial(**ASK))
    assert len(parts) > 1
    print(each.name, "sync:", type(answer).__name__, len(parts), "parts")
    asyncio.run(concurrent(each))
