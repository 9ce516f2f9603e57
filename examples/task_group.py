"""create(...) is a coroutine: a TaskGroup takes it directly (Python 3.11+)."""

import asyncio

from openai_native import AsyncOpenAI


async def main() -> None:
    async with AsyncOpenAI() as client, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                client.chat.completions.create(
                    model="gpt-4o-mini",
                    messages=[{"role": "user", "content": f"Tell me a fact about the number {i}."}],
                ),
                name=f"fact-{i}",
            )
            for i in range(5)
        ]
    for task in tasks:
        print(task.get_name(), task.result().choices[0].message.content)


asyncio.run(main())
