"""What a copy of a Bedrock client inherits: a change of credentials drops the old ones."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from .._exceptions import OpenAIError
from ..providers.bedrock import AMBIGUOUS
from ._bedrock_state import AwsKeys, BedrockState, _is_blank, follow_assignments, renew_provider


class Given(NamedTuple):
    """To `copy`."""

    api_key: str | None
    token_provider: Any
    region: str | None
    aws: AwsKeys
    base_url: Any


def constructed_copy(client: Any, cls: type, given: Given, settings: dict[str, Any]) -> Any:
    """`cls` is the client's own class in this package: subclasses may take fewer arguments."""
    accepts = _accepted(type(client).__init__)
    changed = _changed_arguments(client, given)
    if changed is not None:
        if not accepts("_region_was_explicit"):
            del changed["_region_was_explicit"]
        arguments = {**changed, **settings}
        if type(client) is not cls:
            arguments = {
                name: value
                for name, value in arguments.items()
                if value is not None or accepts(name)
            }
        return type(client)(**arguments)
    if accepts("_provider"):
        state = client._bedrock_state
        return type(client)(**settings, _provider=client._provider, _state=state)
    arguments = {**settings, **_arguments_of(client)}
    return type(client)(**{k: v for k, v in arguments.items() if accepts(k)})


def _accepted(constructor: Any) -> Any:
    try:
        parameters = inspect.signature(constructor).parameters
    except (TypeError, ValueError):
        return lambda name: False
    anything = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
    return lambda name: anything or name in parameters


def _arguments_of(client: Any) -> dict[str, Any]:
    state: BedrockState = client._bedrock_state
    return {
        "api_key": state.explicit_api_key or state.environment_bearer_token,
        "bedrock_token_provider": state.token_provider,
        "aws_region": state.aws_region,
        **vars(state.aws),
        "base_url": "" if state.uses_region_derived_base_url else client.base_url,
    }


def _changed_arguments(client: Any, given: Given) -> dict[str, Any] | None:
    """None: nothing that the provider depends on."""
    follow_assignments(client)
    state: BedrockState = client._bedrock_state
    if given.aws.given and (given.api_key is not None or given.token_provider is not None):
        raise OpenAIError(AMBIGUOUS)
    key, tokens, aws = given.api_key, given.token_provider, given.aws
    if key is None and tokens is None and not aws.given:
        key = _assigned_key(client)
    routed = given.region is not None or given.base_url is not None
    if key is None and tokens is None and not aws.given:
        if not routed:
            renew_provider(client)
            return None
        key, tokens, aws = state.api_key or None, state.token_provider, state.aws
    explicit = given.region is not None or state.region_was_explicit
    return {
        "api_key": key,
        "bedrock_token_provider": tokens,
        "aws_region": _region(client, given, key is not None or tokens is not None),
        **vars(aws),
        "base_url": _base_url(client, given),
        "_region_was_explicit": explicit,
    }


def _assigned_key(client: Any) -> str | None:
    state: BedrockState = client._bedrock_state
    current = client.api_key or ""
    return current if state.token_provider is None and current != state.api_key else None


def _region(client: Any, given: Given, bearer: bool) -> str | None:
    """A region that was found, not given, does not bind what it was not found for."""
    state: BedrockState = client._bedrock_state
    if given.region is not None:
        return given.region
    if not state.region_was_explicit:
        moves = given.base_url is not None or not state.uses_region_derived_base_url
        if bearer and moves and not _is_blank(given.base_url):
            return None
        if given.aws.aws_profile is not None:
            return None
    region: str | None = client.aws_region
    return region


def _base_url(client: Any, given: Given) -> Any:
    if given.base_url is not None:
        return given.base_url
    return "" if client._bedrock_state.uses_region_derived_base_url else client.base_url
