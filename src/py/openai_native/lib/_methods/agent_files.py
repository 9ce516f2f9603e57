"""Local files for agents' environments."""

# Synchronous twin: agent_files_sync.py (derived)

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from ..beta.agents._files import (
    AgentFilePreparationError,
    AgentFileStagingError,
    PreparedAgentFiles,
    StagedAgentFile,
    check_destination,
    read_upload,
    select,
    select_directory,
)
from ._blocking import run_blocking


async def prepare(
    resource: Any, *, files: Mapping[str, str | os.PathLike[str]], **options: Any
) -> PreparedAgentFiles:
    headers = [resource._client.default_headers, options["extra_headers"] or {}]
    selected = await run_blocking(select, files, headers)
    prepared = PreparedAgentFiles()
    try:
        for destination, source in selected:
            content = await run_blocking(read_upload, source)
            uploaded = await resource._client.files.create(
                file=content, purpose="user_data", **options
            )
            del content
            prepared.uploaded_file_ids.append(uploaded.id)
            prepared.files.append({"type": "file_id", "file_id": uploaded.id, "path": destination})
    except Exception as error:
        raise AgentFilePreparationError(prepared) from error
    except BaseException as error:
        error.__dict__["prepared"] = prepared
        raise
    return prepared


async def prepare_directory(
    resource: Any,
    *,
    root: str | os.PathLike[str],
    destination: str,
    include: Sequence[str],
    **options: Any,
) -> PreparedAgentFiles:
    files = await run_blocking(select_directory, root, destination, include)
    prepared: PreparedAgentFiles = await resource.prepare(files, **options)
    return prepared


async def upload(
    resource: Any, *, environment_id: str, file: Any, path: str, **options: Any
) -> StagedAgentFile:
    if not environment_id:
        raise ValueError("Expected a non-empty environment_id")
    destination = check_destination(path)
    if isinstance(file[1] if isinstance(file, tuple) else file, os.PathLike):
        file = await run_blocking(read_upload, file)
    uploaded = await resource._client.files.create(file=file, purpose="user_data", **options)
    del file
    try:
        staged = await resource.create(
            environment_id, type="file_id", file_id=uploaded.id, path=destination, **options
        )
    except Exception as error:
        raise AgentFileStagingError(uploaded.id) from error
    except BaseException as error:
        error.__dict__["uploaded_file_id"] = uploaded.id
        raise
    return StagedAgentFile(uploaded_file_id=uploaded.id, file=staged)
