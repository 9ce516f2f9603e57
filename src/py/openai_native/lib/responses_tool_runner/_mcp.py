"""Which MCP calls need an approval, and which approvals are still good for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from ._types import Item

Policy = Literal["always", "never"]


def approval_policy(declaration: Mapping[str, Any], name: str) -> Policy | None:
    """What `require_approval` says of one tool; None where it does not say for sure."""
    policy = declaration.get("require_approval")
    if policy is None or policy == "always":
        return "always"
    if policy == "never":
        return "never"
    if not isinstance(policy, dict):
        return None
    matched: Policy | None = None
    rules: tuple[Policy, Policy] = ("always", "never")
    for rule in rules:
        if rule not in policy:
            continue
        applies = _filter_applies(policy[rule], name)
        if applies is None or (applies and matched is not None):
            return None
        if applies:
            matched = rule
    if matched is not None or ("always" in policy) == ("never" in policy):
        return matched
    # One rule names its tools: the other one holds for the rest.
    return "never" if "always" in policy else "always"


def _filter_applies(names: object, name: str) -> bool | None:
    if not isinstance(names, dict) or "read_only" in names:
        return None
    if "tool_names" not in names:
        return True
    listed = names["tool_names"]
    return name in listed if isinstance(listed, list) else None


def allows(declaration: Mapping[str, Any], name: str) -> bool:
    """Whether `allowed_tools` of a server lets a tool through."""
    allowed = declaration.get("allowed_tools")
    if isinstance(allowed, dict):
        if "tool_names" not in allowed:
            return True
        allowed = allowed["tool_names"]
    elif allowed is None:
        return True
    return isinstance(allowed, (list, tuple)) and name in allowed


class Approvals:
    """Requests that were approved and not used yet. Each is good for one call."""

    def __init__(self) -> None:
        self._granted: dict[str, Item] = {}

    @classmethod
    def of(cls, history: Iterable[Any]) -> Approvals:
        """What a history has left over; answers without a request count for nothing."""
        approvals = cls()
        open_requests: dict[str, Item] = {}
        seen: set[str] = set()
        for item in history:
            kind = item.get("type")
            if kind == "mcp_approval_request" and type(item.get("id")) is str:
                if item["id"] not in seen:
                    seen.add(item["id"])
                    open_requests[item["id"]] = item
            elif kind == "mcp_approval_response" and type(item.get("approve")) is bool:
                request_id = item.get("approval_request_id")
                request = open_requests.pop(request_id, None) if type(request_id) is str else None
                if request is not None and item["approve"]:
                    approvals.grant(request)
            elif kind == "mcp_call":
                approvals.use(item)
        return approvals

    def grant(self, request: Item) -> None:
        self._granted[request["id"]] = request

    def get(self, request_id: str) -> Item | None:
        return self._granted.get(request_id)

    def use(self, call: Item) -> None:
        """Takes the approval that a call names; raises `ValueError` if there is none for it."""
        request_id = call.get("approval_request_id")
        if request_id is None:
            return
        request = self._granted.get(request_id) if type(request_id) is str else None
        if request is None or any(
            request.get(name) != call.get(name) for name in ("server_label", "name", "arguments")
        ):
            raise ValueError("An MCP call names no approved request for what it did.")
        del self._granted[request_id]
