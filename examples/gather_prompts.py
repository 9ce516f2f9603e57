"""Several prompts at once with asyncio.gather."""

import asyncio

from openai_native import AsyncOpenAI

client = AsyncOpenAI()

PROMPTS = [
    "What is the capital of France?",
    "Name three primary colours.",
    "Translate 'good morning' to Spanish.",
    "How many days has a leap year?",
]


async def ask(prompt: str) -> str:
    response = await client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": prompt}],
        temperature=0,
    )
    return response.choices[0].message.content or ""


async def main() -> None:
    answers = await asyncio.gather(*(ask(prompt) for prompt in PROMPTS))
    for prompt, answer in zip(PROMPTS, answers, strict=True):
        print(f"{prompt} -> {answer}")


if __name__ == "__main__":
    asyncio.run(main())
