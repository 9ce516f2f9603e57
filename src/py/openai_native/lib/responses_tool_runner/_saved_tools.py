from __future__ import annotations

import hashlib

from ..browser._urls import without_secrets
from ._types import Item


def saved_tools(tools: list[Item]) -> list[Item]:
    """The tools as a checkpoint holds them: comparable, without secrets."""
    return [_saved(tool) for tool in tools]


def _saved(tool: Item) -> Item:
    if tool["type"] == "mcp":
        return _saved_server(tool)
    if tool["type"] == "code_interpreter" and not isinstance(tool["container"], str):
        policy = tool["container"].get("network_policy")
        if policy is not None and policy["type"] == "allowlist":
            secrets = policy.get("domain_secrets")
            if secrets is not None:
                hidden = [{**secret, "value": ""} for secret in secrets]
                container = {
                    **tool["container"],
                    "network_policy": {**policy, "domain_secrets": hidden},
                }
                return {**tool, "container": container}
    return tool


def _saved_server(tool: Item) -> Item:
    saved = {key: value for key, value in tool.items() if key not in ("authorization", "headers")}
    url = saved.get("server_url")
    if isinstance(url, str):
        digest = hashlib.sha256(without_secrets(url).encode("utf-8")).hexdigest()
        saved["server_url"] = f"sha256:{digest}"
    return saved
