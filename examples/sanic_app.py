"""A Sanic service: sanic sanic_app:app"""

from sanic import Request, Sanic
from sanic.response import HTTPResponse, json

from openai_native import AsyncOpenAI

app = Sanic("openai_native_example")


@app.before_server_start
async def open_client(app: Sanic) -> None:
    app.ctx.openai = AsyncOpenAI()


@app.before_server_stop
async def close_client(app: Sanic) -> None:
    await app.ctx.openai.close()


@app.post("/chat")
async def chat(request: Request) -> HTTPResponse:
    completion = await request.app.ctx.openai.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": request.json["text"]}]
    )
    return json({"answer": completion.choices[0].message.content})


@app.post("/stream")
async def stream(request: Request) -> None:
    completion = await request.app.ctx.openai.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": request.json["text"]}],
        stream=True,
    )
    response = await request.respond(content_type="text/plain")
    async for chunk in completion:
        if chunk.choices and chunk.choices[0].delta.content:
            await response.send(chunk.choices[0].delta.content)
    await response.eof()
