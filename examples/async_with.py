"""The client as a context manager, with settings of its own for one call."""

import asyncio

from openai_native import AsyncOpenAI


async def main() -> None:
    async with AsyncOpenAI(timeout=20.0, max_retries=3) as client:
        response = await client.responses.create(
            model="gpt-4o-mini",
            instructions="Answer like a pirate.",
            input="Are semicolons optional in JavaScript?",
        )
        print(response.output_text)

        async with await client.with_options(max_retries=0).chat.completions.create(
            model="gpt-4o-mini",
            messages=[{"role": "user", "content": "Count to three."}],
            stream=True,
        ) as stream:
            async for chunk in stream:
                print(chunk.choices[0].delta.content or "", end="")
    print()
    print("closed:", client.is_closed())


asyncio.run(main())
