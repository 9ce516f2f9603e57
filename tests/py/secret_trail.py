"""What somebody could see of a run, and the search for secrets in it: each holds one word."""

from __future__ import annotations

import base64
import contextlib
import copy
import faulthandler
import logging
import pickle
import tempfile
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

import openai_native

WORD = "canary7f3a"
KEY = f"sk-{WORD}"
# What it looks like where it is encoded.
FORMS = (
    WORD,
    *(base64.b64encode(f"{pad}{KEY}".encode()).decode()[4:12] for pad in ("", "a", "ab")),
)


class Trail:
    """What somebody could see of the objects of a run."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def of(self, *things: Any) -> None:
        for thing in things:
            name = type(thing).__name__
            self.seen += [(f"repr {name}", repr(thing)), (f"str {name}", str(thing))]
            if isinstance(thing, BaseException):
                self._of_error(name, thing)

    def _of_error(self, name: str, error: BaseException) -> None:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        self.seen.append((f"traceback {name}", "".join(told.format())))
        for part in (error.args, vars(error), *(vars(each) for each in chain_of(error))):
            self.seen.append((f"attributes {name}", repr(part)))
        if not isinstance(error, openai_native.OpenAIError):
            return
        for protocol in (2, pickle.HIGHEST_PROTOCOL):
            with contextlib.suppress(TypeError, AttributeError, pickle.PicklingError):
                self.seen.append((f"pickle {name}", repr(pickle.dumps(error, protocol))))
        with contextlib.suppress(TypeError):
            self.seen.append((f"copy {name}", repr(vars(copy.copy(error)))))

    def check(self) -> None:
        assert self.seen
        found = {f"{where}: {place}" for where, text in self.seen for place in places_in(text)}
        assert not found, "\n".join(sorted(found))


def places_in(text: str) -> Iterator[str]:
    """What is around a secret; of a traceback the line of the code and the local variable."""
    code = ""
    for line in text.splitlines():
        code = line.strip() if line.strip().startswith("File ") else code
        if "/httpcore2/" in code or "/httpx2/" in code:
            continue  # the Python lane's library, which has in its hands what it sends
        for form in FORMS:
            if (at := line.find(form)) >= 0:
                yield f"{code} {line[:60]} ... {line[max(0, at - 150) : at + 30]}"


def chain_of(error: BaseException) -> Iterator[BaseException]:
    while (cause := error.__cause__ or error.__context__) is not None:
        yield cause
        error = cause


@contextlib.contextmanager
def recorded(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[Trail]:
    """With everything logged that anybody logs; the search is at the end."""
    levels = {name: logging.getLogger(name).level for name in ("openai", "asyncio", "httpx2")}
    for name in levels:
        logging.getLogger(name).setLevel(1)
    caplog.set_level(1)
    made = Trail()
    yield made
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for record in caplog.records:
        made.seen.append((f"log {record.name}", record.getMessage() + repr(vars(record))))
    out, err = capfd.readouterr()
    made.seen += [("stdout", out), ("stderr", err)]
    with tempfile.TemporaryFile() as dump:
        faulthandler.dump_traceback(dump, all_threads=True)
        dump.seek(0)
        made.seen.append(("faulthandler", dump.read().decode()))
    made.check()
