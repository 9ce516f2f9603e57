"""langchain-openai: invoke, stream, batch, tools, typed output, both APIs, embeddings, errors."""

import asyncio
import os

import openai
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

# Its own check of the length wants to download a tokenizer.
embeddings = OpenAIEmbeddings(check_embedding_ctx_length=False)
MODEL = os.environ.get("OPENAI_MODEL", "gpt-4o-mini")


class Forecast(BaseModel):
    """What the weather will be."""

    city: str
    degrees: int


@tool
def weather(city: str) -> str:
    """What the weather is like in a city."""
    return f"It is sunny in {city}."


def blocking(model: ChatOpenAI) -> None:
    answer = model.invoke("Say hello")
    assert answer.text and answer.usage_metadata
    print("invoke:", answer.text)
    chunks = list(model.stream("Say hello"))
    assert len(chunks) > 1 and "".join(chunk.text for chunk in chunks)
    print("stream:", len(chunks), "chunks")
    called = model.bind_tools([weather]).invoke("Call weather for Paris")
    assert [call["name"] for call in called.tool_calls] == ["weather"]
    print("tools:", called.tool_calls[0]["args"])
    typed = model.with_structured_output(Forecast).invoke("A forecast")
    assert isinstance(typed, Forecast)
    print("typed:", type(typed).__name__)


async def concurrent(model: ChatOpenAI) -> None:
    answers = await model.abatch([f"Say {n}" for n in range(5)])
    assert len(answers) == 5 and all(answer.text for answer in answers)
    chunks = [chunk async for chunk in model.astream("Say hello")]
    assert len(chunks) > 1
    print("async:", len(answers), "answers,", len(chunks), "chunks")
    typed = await model.with_structured_output(Forecast).ainvoke("A forecast")
    assert isinstance(typed, Forecast)
    vectors = await embeddings.aembed_documents(["one", "two"])
    assert len(vectors) == 2
    print("async embeddings:", len(vectors[0]), "numbers")


async def all_concurrent(models: list[ChatOpenAI]) -> None:
    # In one event loop: the library's asynchronous connections belong to it.
    for model in models:
        await concurrent(model)


chats = [
    ChatOpenAI(model=MODEL, use_responses_api=uses_responses, stream_usage=True)
    for uses_responses in (False, True)
]
for chat in chats:
    blocking(chat)
asyncio.run(all_concurrent(chats))
print("embeddings:", len(embeddings.embed_query("text")), "numbers")
try:
    ChatOpenAI(model="missing-model").invoke("Say hello")
except openai.NotFoundError as error:
    print("error:", error.status_code, error.response.request.url.host != "")
