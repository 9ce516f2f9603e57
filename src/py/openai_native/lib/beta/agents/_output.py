from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from ...._types import Omit
from ..._parsing._formats import strict_schema
from ..._pydantic import is_basemodel_type, is_dataclass_like_type

if TYPE_CHECKING:
    from ....types.beta.text_format_param import TextFormatParamJSONSchema


def validate_output_type(output_type: Any) -> None:
    if not is_basemodel_type(output_type) and not is_dataclass_like_type(output_type):
        raise TypeError("output_type must be a Pydantic model or a Pydantic dataclass")


def agent_text_format(output_type: type[Any]) -> TextFormatParamJSONSchema:
    """The format that makes an agent answer with an `output_type`."""
    validate_output_type(output_type)
    return {"type": "json_schema", "schema": deepcopy(strict_schema(output_type))}


def with_output_schema(agent: Any, output_type: type[Any] | None) -> Any:
    """The agent's configuration with the format of its answers."""
    if output_type is None:
        return agent
    config = {} if isinstance(agent, Omit) else dict(agent)
    text = dict(cast("dict[str, Any]", config.get("text") or {}))
    if text.get("format") is not None:
        raise ValueError("Give output_type or agent.text.format, not both")
    return {**config, "text": {**text, "format": agent_text_format(output_type)}}
