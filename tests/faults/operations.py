"""What a program does with the client, in the asynchronous form; the other one is derived.

Each appends to `seen` what it was given, so that what came before an error can be judged, too.
"""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path
from typing import Any

from openai_native import AsyncOpenAI

# What the call under way is to end in: a WebSocket's clocks are not the client's.
IMPATIENT: ContextVar[tuple[str, ...]] = ContextVar("IMPATIENT", default=())
CLOCK = 0.5
HELLO: Any = [{"role": "user", "content": "hello"}]


def plain(made: Any) -> Any:
    return made.model_dump(exclude_unset=True) if hasattr(made, "model_dump") else made


async def unary(client: AsyncOpenAI, seen: list[Any], file: Path) -> None:
    made: Any = await client.chat.completions.create(model="m", messages=HELLO)
    seen.append(plain(made))


async def stream(client: AsyncOpenAI, seen: list[Any], file: Path) -> None:
    events = await client.chat.completions.create(model="m", messages=HELLO, stream=True)
    async for event in events:
        seen.append(plain(event))


async def upload(client: AsyncOpenAI, seen: list[Any], file: Path) -> None:
    made: Any = await client.files.create(file=file, purpose="user_data")
    seen.append(plain(made))


async def download(client: AsyncOpenAI, seen: list[Any], file: Path) -> None:
    async with client.files.with_streaming_response.content("f") as response:
        async for piece in response.iter_bytes():
            seen.append(piece)


async def pages(client: AsyncOpenAI, seen: list[Any], file: Path) -> None:
    async for job in client.fine_tuning.jobs.list(limit=2):
        seen.append(plain(job))


async def socket(client: AsyncOpenAI, seen: list[Any], file: Path) -> None:
    wanted = IMPATIENT.get()
    clocks: Any = {"open_timeout": CLOCK} if "TimeoutError" in wanted else {}
    if "ConnectionClosedError" in wanted:
        clocks |= {"ping_interval": CLOCK, "ping_timeout": CLOCK}
    manager = client.realtime.connect(model="m", websocket_connection_options=clocks)
    async with manager as connection:
        seen.append(plain(await connection.recv()))
        await connection.response.create()
        async for event in connection:
            seen.append(plain(event))
