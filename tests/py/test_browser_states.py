"""What the browser toolset tells a model of tabs, URLs and changes is what the official does."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from browser_runs import execute
from runner_kit import same


def tab(url: str = "about:blank", **more: Any) -> dict[str, Any]:
    return {"id": "t", "title": "T", "url": url, "active": True, **more}


def seen(*changes: dict[str, Any], dropped: int = 0, **more: Any) -> dict[str, Any]:
    numbered = [{"sequence": n, "tab_id": "t", **c} for n, c in enumerate(changes, dropped + 1)]
    return {
        "version": 1,
        "sequence": dropped + len(changes),
        "dropped_changes": dropped,
        "title_truncated": False,
        "changes": numbered,
        **more,
    }


OPENED = {"type": "tab_opened"}
STATES: dict[str, list[Any]] = {
    "no tabs": [{"tabs": []}],
    "no dict": ["x"],
    "no list": [{"tabs": None}],
    "id twice": [{"tabs": [tab(), tab(active=False)]}],
    "none active": [{"tabs": [tab(active=False)]}],
    "active of no kind": [{"tabs": [tab(active=1)]}],
    "title of no kind": [{"tabs": [tab(title=None)]}],
    "changes": [
        {
            "tabs": [tab(title="ü" * 600)],
            "observation": seen(
                OPENED,
                {"type": "navigation_refused", "tab_id": None, "reason": "policy", "x": 1},
                {"type": "download", "tab_id": None, "status": "failed"},
                {"type": "dialog_dismissed", "kind": "alert"},
            ),
        }
    ],
    "more of them later": [
        {"tabs": [tab()], "observation": seen(OPENED, OPENED)},
        {"tabs": [tab()], "observation": seen(OPENED, {"type": "navigation"}, dropped=1)},
    ],
    "taken back": [
        {"tabs": [tab()], "observation": seen(OPENED)},
        {"tabs": [tab()], "observation": seen({"type": "navigation"})},
    ],
    "fewer": [
        {"tabs": [tab()], "observation": seen(OPENED)},
        {"tabs": [tab()], "observation": seen()},
    ],
    "no longer": [{"tabs": [tab()], "observation": seen(OPENED)}, {"tabs": [tab()]}],
    "gap": [{"tabs": [tab()], "observation": seen(OPENED, sequence=2)}],
    "unknown change": [{"tabs": [tab()], "observation": seen({"type": "x"})}],
    "change of no tab": [{"tabs": [tab()], "observation": seen({**OPENED, "tab_id": None})}],
    "unknown reason": [
        {"tabs": [tab()], "observation": seen({"type": "navigation_refused", "reason": "x"})}
    ],
    "long id": [{"tabs": [tab(id="t" * 129)], "observation": seen()}],
}


@pytest.mark.parametrize("name", STATES)
def test_states(name: str) -> None:
    same(partial(execute, member="list_tabs", states=STATES[name]), [])


URLS = [
    "about:blank", "https://a.test/x?y#z", "HTTPS://A.test:443/", "http://a.test:8080",
    "https://u:p%40@a.test", "https://[::1]:8443/", "https://127.0.0.1/", "https://127.1/",
    "https://0x7f.1/", "https://a%2eb/", "https://", "https://a b/", "https://a\\b/", "file:///x",
    "data:text/html,x", "x", "", "https://bücher.test/", "https://-a.test", "https://a.test:99999/",
    "https://[fe80::1%25eth0]/", "https://" + "a" * 2100, "javascript:1",
]  # fmt: skip


def test_urls() -> None:
    for url in URLS:
        states = [{"tabs": [tab(url)]}]
        same(partial(execute, member="list_tabs", states=states), [], ("sync",))
        observing = [{"tabs": [tab(url)], "observation": seen()}]
        same(partial(execute, member="list_tabs", states=observing), [], ("sync",))
