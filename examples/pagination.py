"""Lists that come in pages: iterate over everything, or walk the pages by hand."""

import asyncio

from openai_native import AsyncOpenAI

client = AsyncOpenAI()


async def main() -> None:
    all_jobs = []
    async for job in client.fine_tuning.jobs.list(limit=20):
        all_jobs.append(job)
    print(len(all_jobs), "jobs")

    first_page = await client.fine_tuning.jobs.list(limit=20)
    if first_page.has_next_page():
        print(f"will fetch next page using these details: {first_page.next_page_info()}")
        next_page = await first_page.get_next_page()
        print(f"number of items we just fetched: {len(next_page.data)}")

    pages = 0
    async for page in first_page.iter_pages():
        pages += len(page.data) > 0
    print(pages, "pages")


asyncio.run(main())
