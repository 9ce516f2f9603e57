"""Answers in the order in which they are ready."""

import asyncio

from openai_native import AsyncOpenAI


async def ask(client: AsyncOpenAI, number: int) -> tuple[int, str]:
    response = await client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": f"Question {number}"}]
    )
    return number, response.choices[0].message.content or ""


async def main() -> None:
    async with AsyncOpenAI() as client:
        futures = asyncio.as_completed([ask(client, number) for number in range(10)])
        for done, future in enumerate(futures, start=1):
            number, answer = await asyncio.wait_for(future, timeout=30)
            print(f"{done:2}/10 question {number}: {answer}")


asyncio.run(main())
