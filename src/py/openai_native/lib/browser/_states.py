"""What a driver says of its tabs and of what happened, checked and projected."""

from __future__ import annotations

from typing import Any, cast

from ._observations import follows, observed
from ._texts import entries, fits
from ._types import BrowserObservationV1, BrowserState, BrowserTab
from ._urls import origin_of, tab_origin

_TITLE_LIMIT = 1024


class InvalidState(RuntimeError):
    def __init__(self) -> None:
        super().__init__("Browser state is invalid.")


def checked_state(value: object, previous: BrowserObservationV1 | None) -> BrowserState:
    if not isinstance(value, dict) or not isinstance(value.get("tabs"), list):
        raise InvalidState
    observation = observed(value["observation"]) if "observation" in value else None
    if previous is not None and not (observation and follows(observation, previous)):
        raise InvalidState
    tabs = [_tab(each, observation) for each in entries(value["tabs"])]
    if len({tab["id"] for tab in tabs}) != len(tabs):
        raise InvalidState
    if tabs and sum(tab["active"] for tab in tabs) != 1:
        raise InvalidState
    if observation is None:
        return {"tabs": tabs}
    return {"tabs": tabs, "observation": observation}


def _tab(value: object, observation: BrowserObservationV1 | None) -> BrowserTab:
    if not isinstance(value, dict) or type(value.get("active")) is not bool:
        raise InvalidState
    if not all(isinstance(value.get(name), str) for name in ("id", "title", "url")):
        raise InvalidState
    tab: Any = {name: str.__str__(value[name]) for name in ("id", "title", "url")}
    if observation is None:
        tab["url"] = tab_origin(tab["url"])
    else:
        if not fits(tab["id"], 128, allow_empty=False) or not fits(
            tab["title"], None, allow_empty=True
        ):
            raise InvalidState
        title = tab["title"].encode("utf-8")[:_TITLE_LIMIT].decode("utf-8", errors="ignore")
        if title != tab["title"]:
            tab["title"] = title
            observation["title_truncated"] = True
        tab["url"] = origin_of(tab["url"])
    tab["active"] = value["active"]
    return cast("BrowserTab", tab)
