"""One chat completion."""

import asyncio

from openai_native import AsyncOpenAI

client = AsyncOpenAI()


async def main() -> None:
    completion = await client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Say this is a test"},
        ],
    )
    print(completion.choices[0].message.content)


asyncio.run(main())
