"""The synchronous client: a call, a stream, and calls from several threads."""

from concurrent.futures import ThreadPoolExecutor

from openai_native import OpenAI

client = OpenAI()


def ask(question: str) -> str:
    completion = client.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": question}]
    )
    return completion.choices[0].message.content or ""


print(ask("Say this is a test"))

with client.chat.completions.create(
    model="gpt-4o-mini", messages=[{"role": "user", "content": "Count to five"}], stream=True
) as stream:
    for chunk in stream:
        if chunk.choices:
            print(chunk.choices[0].delta.content or "", end="", flush=True)
    print()

with ThreadPoolExecutor(4) as pool:
    for answer in pool.map(ask, ["Red?", "Green?", "Blue?", "White?"]):
        print("->", answer)
