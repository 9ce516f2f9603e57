"""What names and words of asynchronous Python are in synchronous Python: a table, three rules."""

from __future__ import annotations

import re

EXACT = {
    "AbstractAsyncContextManager": "AbstractContextManager",
    "AsyncAPIClient": "SyncAPIClient",
    "AsyncAPIResource": "SyncAPIResource",
    "AsyncByteStream": "SyncByteStream",
    "AsyncHttpxClientWrapper": "SyncHttpxClientWrapper",
    "AsyncX509WorkloadIdentityAuth": "SyncX509WorkloadIdentityAuth",
    "ForwardingAsyncTransport": "ForwardingTransport",
    "StopAsyncIteration": "StopIteration",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "_fetch_token_from_exchange_async": "_fetch_token_from_exchange",
    "aclose": "close",
    "aclosing": "closing",
    "aiter": "iter",
    "anext": "next",
    "aiter_bytes": "iter_bytes",
    "aiter_lines": "iter_lines",
    "aiter_text": "iter_text",
    "aread": "read",
    "asynccontextmanager": "contextmanager",
    "get_token_async": "get_token",
    "handle_async_request": "handle_request",
}
# What means nothing without a loop, or something else: it belongs into a module whose twin is
# written by hand.
REFUSED = {
    "AsyncGenerator",
    "AsyncPaginator",
    "Coroutine",
    "__await__",
    "anyio",
    "asyncio",
    "ensure_future",
    "isawaitable",
    "iscoroutine",
    "iscoroutinefunction",
}
_PAGE = re.compile(r"Async(?=\w*Page)")
_CLASS = re.compile(r"Async(?=[A-Z])")
_FUNCTION = re.compile(r"^(_*)async_(?=\w)")

_WORD = re.compile(r"\b\w*(?:Async[A-Z]|__a[a-z]+__|\basync_)\w*")
_BLOCK = re.compile(r"\basync (?=(?:for|with|def)\b)")
_WAIT = re.compile(r"\bawait (?=[A-Za-z_][\w.]*[.(\[])")


class UnknownConstruct(Exception):
    """Something that has no synchronous form by these rules."""


def sync_name(name: str) -> str:
    if name in EXACT:
        return EXACT[name]
    if name in REFUSED:
        raise UnknownConstruct(f"{name!r} has no synchronous form")
    renamed = _PAGE.sub("Sync", name)
    renamed = _FUNCTION.sub(r"\1", _CLASS.sub("", renamed))
    if "async" in renamed.lower():
        raise UnknownConstruct(f"no rule says what {name!r} is called in synchronous code")
    return renamed


def sync_words(text: str) -> str:
    """Strings and comments: class names, `async for`, `await f(...)`; prose stays as it is."""

    def word(found: re.Match[str]) -> str:
        try:
            return sync_name(found.group())
        except UnknownConstruct:
            return found.group()

    return _WORD.sub(word, _WAIT.sub("", _BLOCK.sub("", _not_awaited(text))))


def _not_awaited(text: str) -> str:
    """`Awaitable[X]` in an annotation that is a string: X."""
    start = text.find("Awaitable[")
    if start < 0:
        return text
    depth = 0
    inner = start + len("Awaitable[")
    for at in range(inner, len(text)):
        depth += (text[at] == "[") - (text[at] == "]")
        if depth < 0:
            return text[:start] + text[inner:at] + _not_awaited(text[at + 1 :])
    return text
