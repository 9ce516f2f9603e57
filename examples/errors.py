"""What can go wrong, and how each case is told apart."""

import asyncio

import openai_native
from openai_native import AsyncOpenAI

client = AsyncOpenAI(max_retries=0)


async def ask(model: str, **options: object) -> None:
    try:
        await client.with_options(**options).chat.completions.create(
            model=model, messages=[{"role": "user", "content": "Hello"}]
        )
    except openai_native.APIConnectionError as e:
        print("The server could not be reached:", type(e).__name__)
        print("  because of", repr(e.__cause__))
    except openai_native.RateLimitError as e:
        print("A 429 status code was received; we should back off a bit.", e.code)
    except openai_native.APIStatusError as e:
        print("Another non-200-range status code was received:", e.status_code, e.code)
        print("  request id:", e.request_id is not None)
    else:
        print("No error with", model)


async def main() -> None:
    await ask("gpt-4o-mini")
    await ask("missing-model")
    await ask("mock-fault:status=429")
    await ask("gpt-4o-mini", base_url="http://127.0.0.1:9/v1")


asyncio.run(main())
