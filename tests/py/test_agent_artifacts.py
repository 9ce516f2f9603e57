"""Files of an agent's turn, found by their path as the official package finds them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scripted import answer
from side_by_side import same

TURN: Any = SimpleNamespace(session_id="s_1", turn_id="t_1")


def page(*files: tuple[str, str, str], more: bool = False) -> bytes:
    data = [
        {"id": f"{turn}{path}", "session_id": session, "turn_id": turn, "path": path}
        for session, turn, path in files
    ]
    return answer(body={"data": data, "has_more": more, "object": "list"})


FIRST = page(("s_1", "t_0", "/a"), ("s_1", "t_1", "/b"), more=True)
CONTENT = answer(body=b"\0content", content_type="application/octet-stream")


async def found(path: str, *answers: bytes) -> Any:
    async def program(_: Any, client: Any) -> Any:
        artifacts = client.beta.agents.sessions.artifacts.for_result(TURN)
        options: Any = {"extra_headers": {"x-mine": "1"}, "timeout": 5.5}
        try:
            return (await artifacts.content(path, **options)).content
        except ValueError as error:
            return str(error)

    return await same(program, answers)


async def test_a_file_is_found_on_any_page() -> None:
    second = page(("s_1", "t_1", "/a"), ("s_2", "t_1", "/b"))
    for path in ("/a", "/b"):
        seen = await found(path, FIRST, second, CONTENT)
        assert seen.result == b"\0content"
        assert seen.lines[-1].endswith(f"/agents/sessions/s_1/artifacts/t_1%2F{path[1:]}/content")


async def test_none_or_two_are_errors() -> None:
    assert "No artifact" in (await found("/c", FIRST, page())).result
    assert "More than one" in (await found("/b", FIRST, page(("s_1", "t_1", "/b")))).result


async def test_a_file_is_downloaded(tmp_path: Path) -> None:
    async def program(package: Any, client: Any) -> Any:
        artifacts = client.beta.agents.sessions.artifacts.for_result(TURN)
        target = tmp_path / package.__name__
        return await artifacts.download("/b", to=target), target.read_bytes()

    page_of_one = page(("s_1", "t_1", "/b"))
    assert (await same(program, [page_of_one, CONTENT])).result[1] == b"\0content"
