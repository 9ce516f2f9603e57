"""The older FastAPI style: a module-level client, closed by the shutdown event."""

from fastapi import FastAPI

from openai_native import AsyncOpenAI

app = FastAPI()
client = AsyncOpenAI()


@app.get("/ask")
async def ask(q: str) -> dict[str, str | None]:
    response = await client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": q}]
    )
    return {"answer": response.choices[0].message.content}


@app.on_event("shutdown")
async def shutdown() -> None:
    await client.close()
