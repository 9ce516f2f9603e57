"""Whether messages and reasoning have the API's own shape, all the way down: they are sent back."""

from __future__ import annotations

from math import isfinite
from typing import Any

from ..types.responses import ResponseOutputRefusal, ResponseOutputText
from ..types.responses.response_output_text import (
    AnnotationContainerFileCitation,
    AnnotationFileCitation,
    AnnotationFilePath,
    AnnotationURLCitation,
    Logprob,
    LogprobTopLogprob,
)
from ..types.responses.response_reasoning_item import Content, Summary

_STATUSES = ("completed", "incomplete", "in_progress")
# Class, tag, members that are strings, members that are integers.
_ANNOTATIONS: tuple[tuple[type, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (AnnotationFileCitation, "file_citation", ("file_id", "filename"), ("index",)),
    (AnnotationURLCitation, "url_citation", ("title", "url"), ("start_index", "end_index")),
    (
        AnnotationContainerFileCitation,
        "container_file_citation",
        ("container_id", "file_id", "filename"),
        ("start_index", "end_index"),
    ),
    (AnnotationFilePath, "file_path", ("file_id",), ("index",)),
)


def valid_message(item: Any) -> bool:
    content = getattr(item, "content", None)
    return (
        isinstance(getattr(item, "id", None), str)
        and getattr(item, "role", None) == "assistant"
        and getattr(item, "status", None) in _STATUSES
        and getattr(item, "phase", None) in (None, "commentary", "final_answer")
        and isinstance(content, list)
        and all(map(_valid_part, content))
    )


def _valid_part(part: object) -> bool:
    kind = getattr(part, "type", None)
    if isinstance(part, ResponseOutputRefusal) and kind == "refusal":
        return isinstance(getattr(part, "refusal", None), str)
    if not isinstance(part, ResponseOutputText) or kind != "output_text":
        return False
    annotations: Any = getattr(part, "annotations", None)
    logprobs: Any = getattr(part, "logprobs", None)
    return (
        isinstance(getattr(part, "text", None), str)
        and isinstance(annotations, list)
        and all(map(_valid_annotation, annotations))
        and (
            logprobs is None or (isinstance(logprobs, list) and all(map(_valid_logprob, logprobs)))
        )
    )


def _valid_annotation(value: object) -> bool:
    for cls, tag, strings, integers in _ANNOTATIONS:
        if isinstance(value, cls) and getattr(value, "type", None) == tag:
            return all(isinstance(getattr(value, name, None), str) for name in strings) and all(
                type(getattr(value, name, None)) is int for name in integers
            )
    return False


def _valid_logprob(value: object) -> bool:
    top: Any = getattr(value, "top_logprobs", None)
    return (
        isinstance(value, Logprob)
        and _valid_token(value)
        and isinstance(top, list)
        and all(isinstance(each, LogprobTopLogprob) and _valid_token(each) for each in top)
    )


def _valid_token(value: Any) -> bool:
    octets = getattr(value, "bytes", None)
    score = getattr(value, "logprob", None)
    return (
        isinstance(getattr(value, "token", None), str)
        and isinstance(octets, list)
        and all(type(octet) is int for octet in octets)
        and (type(score) is int or (type(score) is float and isfinite(score)))
    )


def valid_reasoning(item: Any) -> bool:
    given = item.model_fields_set
    encrypted: Any = item.encrypted_content
    return (
        isinstance(getattr(item, "id", None), str)
        and _texts(getattr(item, "summary", None), Summary, "summary_text")
        and ("content" not in given or _texts(item.content, Content, "reasoning_text"))
        and (encrypted is None or isinstance(encrypted, str))
        and ("status" not in given or item.status in _STATUSES)
    )


def _texts(parts: object, cls: type, tag: str) -> bool:
    return isinstance(parts, list) and all(
        isinstance(part, cls)
        and getattr(part, "type", None) == tag
        and isinstance(getattr(part, "text", None), str)
        for part in parts
    )


def valid_compaction(item: Any) -> bool:
    return all(isinstance(getattr(item, name, None), str) for name in ("id", "encrypted_content"))
