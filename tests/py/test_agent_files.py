"""Local files for agents: requests, results and refusals as the official package's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripted import Request, answer
from side_by_side import same

FILES = {"/workspace/a.txt": "a.txt", "/workspace/sub/b.txt": "sub/b.txt"}


def uploaded(request: Request) -> bytes:
    return answer(body={"id": f"file_{len(request.body)}", "object": "file"})


REFUSED = answer(500, {"error": {"message": "no"}})
STAGED = answer(body={"id": "ef_1", "path": "/workspace/a.txt", "type": "file_id"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "a.txt").write_bytes(b"alpha")
    (tmp_path / "sub" / "b.txt").write_bytes(b"beta beta")
    (tmp_path / "sub" / "deep" / "c.bin").write_bytes(b"")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "linked").symlink_to(tmp_path / "sub")
    return tmp_path


def files_of(client: Any) -> Any:
    return client.beta.agents.environments.files


def seen_error(error: BaseException) -> list[Any]:
    prepared = getattr(error, "prepared", None)
    known = prepared and (prepared.files, prepared.uploaded_file_ids)
    cause = type(error.__cause__).__name__
    return [type(error).__name__, str(error), cause, known, getattr(error, "uploaded_file_id", 0)]


def guarded(action: Callable[[Any], Any]) -> Any:
    async def program(_: Any, client: Any) -> Any:
        try:
            result = await action(client)
        except Exception as error:
            return seen_error(error)
        return vars(result)

    return program


async def test_files_are_uploaded_one_after_the_other(folder: Path) -> None:
    options: Any = {"extra_headers": {"x-mine": "1"}, "timeout": 9.5}

    def prepare(client: Any) -> Any:
        chosen = {destination: folder / name for destination, name in FILES.items()}
        return files_of(client).prepare(chosen, **options)

    seen = await same(guarded(prepare), [uploaded, uploaded])
    assert seen.lines == ["POST /files"] * 2
    assert b"user_data" in seen.requests[0]["body"]
    assert [file["path"] for file in seen.result["files"]] == list(FILES)


async def test_a_failed_upload_tells_of_those_before(folder: Path) -> None:
    def prepare(client: Any) -> Any:
        chosen = {destination: str(folder / name) for destination, name in FILES.items()}
        return files_of(client).prepare(chosen)

    seen = await same(guarded(prepare), [uploaded, REFUSED])
    assert seen.result[0] == "AgentFilePreparationError"
    assert len(seen.result[3][1]) == 1


@pytest.mark.parametrize(
    "include", [["*.txt"], ["sub/*.txt", "sub/deep/*"], ["**/*"], ["linked/*"], ["x*"], [], "a.txt"]
)
async def test_folders_are_selected_by_patterns(folder: Path, include: Any) -> None:
    (folder / "link.txt").unlink()

    def prepare(client: Any) -> Any:
        return files_of(client).prepare_directory(
            folder, destination="/workspace/in", include=include
        )

    await same(guarded(prepare), [uploaded] * 4)


@pytest.mark.parametrize(
    ("destination", "include"),
    [
        ("/workspace", ["/etc/*"]),
        ("/workspace", ["../*"]),
        ("/workspace", [""]),
        ("/elsewhere", ["*"]),
        ("/workspace/..", ["*"]),
    ],
)
async def test_patterns_and_destinations_that_lead_outside(
    folder: Path, destination: str, include: Any
) -> None:
    def prepare(client: Any) -> Any:
        files = files_of(client)
        return files.prepare_directory(folder, destination=destination, include=include)

    assert (await same(guarded(prepare))).lines == []


BAD_DESTINATIONS = [
    "a.txt",
    "/workspace",
    "/workspace/",
    "/workspace/a//b",
    "/workspace/./a",
    "/workspace/a/..",
    "/workspace/.codex/x",
    "/workspace/.managed-agents-1",
    "/workspace/outputs",
    "/workspace/a\\b",
    "/workspace/a\0",
]


async def test_selections_that_are_refused(folder: Path) -> None:
    a, b = folder / "a.txt", folder / "sub" / "b.txt"
    selections: list[tuple[Any, Any]] = [
        *(({destination: a}, {}) for destination in BAD_DESTINATIONS),
        ({"/workspace/x": a, "/workspace/x/y": b}, {}),
        ({"/workspace/x": folder / "link.txt"}, {}),
        ({"/workspace/x": folder}, {}),
        ({"/workspace/x": folder / "missing"}, {}),
        ({"/workspace/x": a, "/workspace/y": b}, {"Idempotency-Key": "1"}),
        ({"/workspace/x": a, "/workspace/y": folder / "missing"}, {}),
    ]
    for files, headers in selections:

        def prepare(client: Any, files: Any = files, headers: Any = headers) -> Any:
            return files_of(client).prepare(files, extra_headers=headers)

        seen = await same(guarded(prepare))
        assert seen.lines == []
        assert seen.result[0] == "ValueError", files


async def test_one_file_is_uploaded_and_staged(folder: Path) -> None:
    path = folder / "a.txt"
    opened = path.open("rb")
    for file in (path, ("n.txt", path, "text/plain"), b"bytes", ("n.txt", b"bytes"), opened):

        def upload(client: Any, file: Any = file) -> Any:
            return files_of(client).upload("env_1", file=file, path="/workspace/a.txt")

        seen = await same(guarded(upload), [uploaded, STAGED])
        assert seen.lines == ["POST /files", "POST /agents/environments/env_1/files"]
        opened.seek(0)
    opened.close()

    def failing(client: Any) -> Any:
        return files_of(client).upload("env_1", file=b"x", path="/workspace/a.txt")

    assert (await same(guarded(failing), [uploaded, REFUSED])).result[-1]
    assert (await same(guarded(failing), [REFUSED])).result[0] == "InternalServerError"


async def test_staging_that_is_refused(folder: Path) -> None:
    for environment, file, path in (
        ("", b"x", "/workspace/a"),
        ("env_1", b"x", "/workspace/outputs"),
        ("env_1", folder / "link.txt", "/workspace/a"),
        ("env_1", ("n", folder / "missing"), "/workspace/a"),
    ):

        def upload(client: Any, of: Any = (environment, file, path)) -> Any:
            return files_of(client).upload(of[0], file=of[1], path=of[2])

        seen = await same(guarded(upload))
        assert (seen.lines, seen.result[0]) == ([], "ValueError")


async def test_files_that_change_are_noticed(folder: Path) -> None:
    from openai_native.lib.beta.agents._files import read_upload, select

    ((_, chosen),) = select({"/workspace/a": folder / "a.txt"}, [])
    assert os.fspath(chosen) == str(folder / "a.txt")
    assert read_upload(chosen) == ("a.txt", b"alpha")
    (folder / "a.txt").write_bytes(b"longer than it was")
    with pytest.raises(ValueError, match="changed"):
        read_upload(chosen)
