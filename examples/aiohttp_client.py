"""Code written for the official package's aiohttp backend runs as it is; the core stays native."""

import asyncio

from openai_native import AsyncOpenAI, DefaultAioHttpClient


async def main() -> None:
    async with AsyncOpenAI(http_client=DefaultAioHttpClient()) as client:
        chat_completion = await client.chat.completions.create(
            messages=[{"role": "user", "content": "Say this is a test"}],
            model="gpt-4o-mini",
        )
        print(chat_completion.choices[0].message.content)


asyncio.run(main())
