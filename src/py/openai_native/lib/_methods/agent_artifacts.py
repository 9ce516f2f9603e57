# Synchronous twin: agent_artifacts_sync.py (derived)

from __future__ import annotations

from typing import Any

from ..beta.agents._artifacts import AsyncAgentResultArtifacts


def for_result(resource: Any, *, result: Any) -> AsyncAgentResultArtifacts:
    return AsyncAgentResultArtifacts(resource, result)
