"""Files uploaded part by part: the same requests as the official package's."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from scripted import answer
from side_by_side import same

ANSWERS = [
    answer(body={"id": "up_1", "object": "upload", "status": "pending"}),
    *(answer(body={"id": f"part_{n}", "object": "upload.part"}) for n in (1, 2, 3)),
    answer(body={"id": "up_1", "object": "upload", "status": "completed"}),
]
CONTENT = bytes(range(250)) * 2


def upload(source: Any, **more: Any) -> Any:
    async def program(_: Any, client: Any) -> Any:
        arguments = {"file": source, "mime_type": "text/plain", "purpose": "assistants", **more}
        return await client.uploads.upload_file_chunked(**arguments)

    return program


async def test_files_and_bytes_travel_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(CONTENT)
    for program in (
        upload(path, part_size=200),
        upload(str(path), part_size=200, filename="other", md5="abc"),
        upload(CONTENT, part_size=200, filename="b.txt", bytes=500),
        upload(path, part_size=200, bytes=7),
    ):
        seen = await same(program, ANSWERS)
        assert seen.lines == [
            "POST /uploads",
            *["POST /uploads/up_1/parts"] * 3,
            "POST /uploads/up_1/complete",
        ]
        assert CONTENT[400:] in seen.requests[3]["body"]
    (tmp_path / "empty").touch()
    empty = await same(upload(tmp_path / "empty"), [ANSWERS[0], ANSWERS[-1]])
    assert empty.requests[-1]["body"] == {"part_ids": []}


async def test_what_is_missing_is_named(tmp_path: Path) -> None:
    async def said(source: Any, **more: Any) -> Any:
        async def program(package: Any, client: Any) -> Any:
            with pytest.raises((TypeError, OSError)) as caught:
                await upload(source, **more)(package, client)
            # An OSError shows the path as it was given.
            words = str(caught.value) if isinstance(caught.value, TypeError) else ""
            return type(caught.value).__name__, words

        return await same(program, ANSWERS)

    assert "`filename`" in (await said(b"x")).result[1]
    assert "`bytes`" in (await said(b"x", filename="x")).result[1]
    missing = await said(tmp_path / "missing")
    assert (missing.result[0], missing.lines) == ("FileNotFoundError", [])
    assert (await said(tmp_path / "missing", bytes=3)).lines == ["POST /uploads"]


async def test_parts_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "openai"):
        await same(upload(CONTENT, part_size=500, filename="b", bytes=500), ANSWERS)
    said = [(r.name, r.message) for r in caplog.records if "part" in r.message]
    assert (
        said == [("openai.resources.uploads.uploads", "Uploaded part part_1 for upload up_1")] * 2
    )
