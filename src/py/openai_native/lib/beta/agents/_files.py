"""Local files for agents' environments: what may be selected, and that it stays what it was."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from ...._exceptions import OpenAIError
from ...._types import Omit

if TYPE_CHECKING:
    from ....types.beta.agents.environments.environment_file import EnvironmentFile
    from ....types.beta.hosted_environment_file_param import HostedEnvironmentFileParam

Identity = tuple[int, int, int]  # device, inode, size


@dataclass
class PreparedAgentFiles:
    """Files for a new environment, and the uploads behind them: the caller deletes those."""

    files: list[HostedEnvironmentFileParam] = field(default_factory=list)
    uploaded_file_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class StagedAgentFile:
    """A file in an environment, and the upload behind it: the caller deletes that."""

    uploaded_file_id: str
    file: EnvironmentFile


class AgentFilePreparationError(OpenAIError):
    """Not all files could be uploaded; `prepared` has those that were."""

    def __init__(self, prepared: PreparedAgentFiles) -> None:
        super().__init__(
            "Could not prepare all agent files; successful uploads remain caller-owned"
        )
        self.prepared = prepared


class AgentFileStagingError(OpenAIError):
    """The file was uploaded, but is not in the environment."""

    def __init__(self, uploaded_file_id: str) -> None:
        super().__init__("Could not stage the agent file; the upload remains caller-owned")
        self.uploaded_file_id = uploaded_file_id


@dataclass(frozen=True)
class SelectedFile(os.PathLike[str]):
    """A file as it was when it was selected."""

    path: Path
    identity: Identity

    def __fspath__(self) -> str:
        return str(self.path)


def check_destination(value: str) -> str:
    if not value.startswith("/workspace/") or "\x00" in value or "\\" in value:
        raise ValueError(
            "Agent file destinations must be absolute POSIX file paths under /workspace"
        )
    _, _, *names = value.split("/")
    if any(name in ("", ".", "..") for name in names):
        raise ValueError("Agent file destinations cannot contain empty, dot or parent components")
    reserved = names[0] in (".codex", ".managed-agents") or names[0].startswith(".managed-agents-")
    if reserved or names == ["outputs"]:
        raise ValueError("Agent file destination uses a reserved environment path")
    return value


def select(
    files: Mapping[str, str | os.PathLike[str]], headers: Sequence[Mapping[str, Any]]
) -> list[tuple[str, SelectedFile]]:
    """(destination, file) of each; raises before anything is sent. `headers`: the last one wins."""
    merged = {name.lower(): value for each in headers for name, value in each.items()}
    if len(files) > 1 and not isinstance(merged.get("idempotency-key", Omit()), Omit):
        raise ValueError("One Idempotency-Key cannot be reused for multiple file uploads")
    destinations = {check_destination(destination) for destination in files}
    for destination in destinations:
        if any(str(parent) in destinations for parent in PurePosixPath(destination).parents):
            raise ValueError("Selected agent files contain duplicate or conflicting destinations")
    return [(destination, _selected(source)) for destination, source in files.items()]


def select_directory(
    root: str | os.PathLike[str], destination: str, include: Sequence[str]
) -> dict[str, os.PathLike[str]]:
    """Destinations of the files below `root` that a pattern of `include` matches."""
    directory = Path(root).absolute()
    if isinstance(include, str) or not include:
        raise ValueError("Select directory files with explicit include patterns")
    if directory.is_symlink() or not directory.is_dir():
        raise ValueError("The selected directory must be a directory, not a symlink")
    directory = directory.resolve()
    check_destination(f"{destination}/a")
    for pattern in include:
        inside = PurePosixPath(pattern)
        if not pattern or inside.is_absolute() or ".." in inside.parts:
            raise ValueError("Include patterns must stay inside the selected directory")
    found = {
        str(PurePosixPath(destination) / source.relative_to(directory).as_posix()): SelectedFile(
            source.resolve(), _identity(source.resolve().lstat())
        )
        for pattern in include
        for source in _matches(directory, pattern)
    }
    if not found:
        raise ValueError("The include patterns did not select any files")
    return {**found}


def _matches(directory: Path, pattern: str) -> Iterator[Path]:
    for source in sorted(directory.glob(pattern)):
        steps = (source, *source.parents)
        if any(step.is_symlink() for step in steps[: steps.index(directory)]):
            raise ValueError("Selected agent files must not be symlinks")
        if source.is_dir():
            continue
        if not source.resolve().is_relative_to(directory):
            raise ValueError("Selected agent file is outside the chosen directory")
        yield source


def read_upload(file: Any) -> Any:
    """What `files.create` takes, with the content of a path read."""
    source = file[1] if isinstance(file, tuple) else file
    selected = _selected(source)
    with selected.path.open("rb") as handle:
        size = selected.identity[2]
        content = handle.read(size + 1)
        if len(content) != size or _identity(os.fstat(handle.fileno())) != selected.identity:
            raise ValueError("Selected agent file changed during preparation")
    if isinstance(file, tuple):
        return (file[0], content, *file[2:])
    return (selected.path.name, content)


def _selected(source: str | os.PathLike[str]) -> SelectedFile:
    path = Path(source).absolute()
    if path.is_symlink():
        raise ValueError("Selected agent files must not be symlinks")
    if not path.is_file():
        raise ValueError("Selected agent files must be regular files")
    status = path.lstat()
    if not S_ISREG(status.st_mode):
        raise ValueError("Selected agent files must be regular files, not symlinks")
    identity = _identity(status)
    if isinstance(source, SelectedFile) and source.identity != identity:
        raise ValueError("Selected agent file changed after directory selection")
    with path.open("rb") as handle:  # refuses what cannot be read before anything is sent
        if _identity(os.fstat(handle.fileno())) != identity:
            raise ValueError("Selected agent file changed during preparation")
    return SelectedFile(path, identity)


def _identity(status: os.stat_result) -> Identity:
    return status.st_dev, status.st_ino, status.st_size
