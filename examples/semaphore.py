"""A hundred items, ten at a time."""

import asyncio

from openai_native import AsyncOpenAI

client = AsyncOpenAI()
semaphore = asyncio.Semaphore(10)


async def classify(item: str) -> str:
    async with semaphore:
        response = await client.chat.completions.create(
            model="gpt-4o-mini",
            messages=[{"role": "user", "content": f"Classify: {item}"}],
            max_tokens=16,
        )
        return response.choices[0].message.content or ""


async def main() -> None:
    items = [f"item {i}" for i in range(100)]
    results = await asyncio.gather(*(classify(item) for item in items))
    print(sum(bool(result) for result in results), "of", len(items), "classified")


asyncio.run(main())
