"""The files that one turn of an agent's session left behind."""

# Synchronous twin: _artifacts_sync.py (derived)

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ...._lazy import sync_names
from ...._types import not_given

if TYPE_CHECKING:
    import httpx2

    from ...._legacy_response import HttpxBinaryResponseContent
    from ...._types import Body, Headers, NotGiven, Query
    from ....resources.beta.agents.sessions.artifacts import AsyncArtifacts
    from ....types.beta.agents.sessions.session_artifact import SessionArtifact
    from ._result import AgentTurnResult


class AsyncAgentResultArtifacts:
    """Finds a file by its path, among those of one completed turn only."""

    def __init__(self, resource: AsyncArtifacts, result: AgentTurnResult[Any]) -> None:
        self._resource = resource
        self._session_id = result.session_id
        self._turn_id = result.turn_id

    async def content(
        self,
        path: str,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx2.Timeout | None | NotGiven = not_given,
    ) -> HttpxBinaryResponseContent:
        """The content of the file at this very path."""
        options = _options(extra_headers, extra_query, extra_body, timeout)
        found = await self._find(path, options)
        return await self._resource.content(found.id, session_id=self._session_id, **options)

    async def download(
        self,
        path: str,
        *,
        to: str | os.PathLike[str],
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: float | httpx2.Timeout | None | NotGiven = not_given,
    ) -> SessionArtifact:
        """Writes the file at this very path into the local file `to`."""
        options = _options(extra_headers, extra_query, extra_body, timeout)
        found = await self._find(path, options)
        streamed: Any = self._resource.with_streaming_response
        async with streamed.content(found.id, session_id=self._session_id, **options) as content:
            await content.stream_to_file(to)
        return found

    async def _find(self, path: str, options: dict[str, Any]) -> SessionArtifact:
        found: SessionArtifact | None = None
        wanted = (self._session_id, self._turn_id, path)
        async for artifact in self._resource.list(self._session_id, **options):
            if (artifact.session_id, artifact.turn_id, artifact.path) == wanted:
                if found is not None:
                    raise ValueError("More than one artifact matches this turn and path")
                found = artifact
        if found is None:
            raise ValueError("No artifact matches this turn and path")
        return found


def _options(headers: Any, query: Any, body: Any, timeout: Any) -> dict[str, Any]:
    return {
        "extra_headers": headers,
        "extra_query": query,
        "extra_body": body,
        "timeout": timeout,
    }


if TYPE_CHECKING:
    from ._artifacts_sync import AgentResultArtifacts as AgentResultArtifacts
else:
    __getattr__ = sync_names(__name__, f"{__package__}._artifacts_sync")
