"""pydantic-ai: both kinds of model, tools, typed output, streams, embeddings."""

import asyncio
import os

from openai import AsyncOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")


class Forecast(BaseModel):
    city: str
    degrees: int


async def converse(name: str, model: OpenAIChatModel | OpenAIResponsesModel) -> None:
    asked: list[str] = []
    agent = Agent(model)

    @agent.tool_plain
    def weather(city: str) -> str:
        """What the weather is like in a city."""
        asked.append(city)
        return f"It is sunny in {city}."

    result = await agent.run("Call weather for Paris")
    assert result.output and asked
    print(name, "run:", result.output)
    async with agent.run_stream("Call weather for Rome") as stream:
        texts = [text async for text in stream.stream_text(debounce_by=None)]
    assert len(texts) > 1
    print(name, "stream:", len(texts), "texts")
    typed = await Agent(model, output_type=Forecast).run("A forecast")
    assert isinstance(typed.output, Forecast)
    print(name, "typed:", type(typed.output).__name__)


async def main() -> None:
    # The client that the library makes, with an http client of its own; then one of ours.
    for kind, provider in (
        ("its client", OpenAIProvider()),
        ("our client", OpenAIProvider(openai_client=AsyncOpenAI())),
    ):
        await converse(f"{kind}, chat", OpenAIChatModel(MODEL, provider=provider))
        await converse(f"{kind}, responses", OpenAIResponsesModel(MODEL, provider=provider))
    try:
        await Agent(OpenAIChatModel("missing-model")).run("Say hello")
    except ModelHTTPError as error:
        print("error:", error.status_code)


asyncio.run(main())
