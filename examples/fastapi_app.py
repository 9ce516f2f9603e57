"""A FastAPI service with one client for its whole life: uvicorn fastapi_app:app"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from openai_native import APIStatusError, AsyncOpenAI


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncOpenAI() as client:
        app.state.openai = client
        yield


app = FastAPI(lifespan=lifespan)


class Prompt(BaseModel):
    text: str
    model: str = "gpt-4o-mini"


@app.post("/chat")
async def chat(prompt: Prompt, request: Request) -> dict[str, str | None]:
    client: AsyncOpenAI = request.app.state.openai
    try:
        completion = await client.chat.completions.create(
            model=prompt.model, messages=[{"role": "user", "content": prompt.text}]
        )
    except APIStatusError as error:
        raise HTTPException(error.status_code, error.message) from error
    return {"answer": completion.choices[0].message.content}


@app.post("/stream")
async def stream(prompt: Prompt, request: Request) -> StreamingResponse:
    client: AsyncOpenAI = request.app.state.openai
    completion = await client.chat.completions.create(
        model=prompt.model, messages=[{"role": "user", "content": prompt.text}], stream=True
    )

    async def tokens() -> AsyncIterator[str]:
        async for chunk in completion:
            if chunk.choices and chunk.choices[0].delta.content:
                yield chunk.choices[0].delta.content

    return StreamingResponse(tokens(), media_type="text/plain")
