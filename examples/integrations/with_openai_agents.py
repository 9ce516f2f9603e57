"""openai-agents: both kinds of model, tools, typed output, streams."""

import asyncio
import os

from agents import (
    Agent,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from openai import AsyncOpenAI
from pydantic import BaseModel

set_tracing_disabled(True)
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")


class Forecast(BaseModel):
    city: str
    degrees: int


asked: list[str] = []


@function_tool
def weather(city: str) -> str:
    """What the weather is like in a city."""
    asked.append(city)
    return f"It is sunny in {city}."


async def converse(name: str, agent: Agent) -> None:
    result = await Runner.run(agent, "Call weather for Paris")
    assert asked.pop() is not None and result.final_output
    print(name, "run:", result.final_output)

    streamed = Runner.run_streamed(agent, "Call weather for Rome")
    kinds = [event.type async for event in streamed.stream_events()]
    assert "raw_response_event" in kinds and "run_item_stream_event" in kinds
    assert asked.pop() is not None and streamed.final_output
    print(name, "stream:", len(kinds), "events")

    typed = agent.clone(output_type=Forecast, tools=[])
    forecast = (await Runner.run(typed, "A forecast, please")).final_output
    assert isinstance(forecast, Forecast)
    print(name, "typed:", type(forecast).__name__)


async def main() -> None:
    # The client that the library makes: its own default http client.
    await converse("default", Agent(name="a", model=MODEL, tools=[weather]))
    client = AsyncOpenAI()
    for model in (
        OpenAIResponsesModel(MODEL, openai_client=client),
        OpenAIChatCompletionsModel(MODEL, openai_client=client),
    ):
        await converse(type(model).__name__, Agent(name="a", model=model, tools=[weather]))


asyncio.run(main())
