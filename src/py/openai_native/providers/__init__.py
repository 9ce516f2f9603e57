"""Clouds that serve the API: `OpenAI(provider=bedrock(...))`."""

from .bedrock import bedrock as bedrock
from .vertex import vertex as vertex

__all__ = ["bedrock", "vertex"]
