"""Answers of a client made with `_strict_response_validation=True`: pydantic judges them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._core import RawResponse
    from ._exceptions import APIResponseValidationError


def validated(value: Any, cast_to: Any, refusal: Callable[[], APIResponseValidationError]) -> Any:
    """`value`, decoded JSON, as an instance of `cast_to`; raises what `refusal` makes."""
    from pydantic import ValidationError

    from ._models import validate_type

    if value is None or cast_to is object:
        return value
    described = _as_described(value, cast_to)
    try:
        made = validate_type(type_=cast_to, value=described)
    except ValidationError as error:
        raise refusal() from error
    if described is not value:
        made.object = value["object"]
    return made


def _as_described(value: Any, cast_to: Any) -> Any:
    """The API's description, and so the type, has a name for file batches that the API has not."""
    if isinstance(value, dict) and value.get("object") == "vector_store.file_batch":
        from .types.vector_stores import VectorStoreFileBatch

        if cast_to is VectorStoreFileBatch:
            return {**value, "object": "vector_store.files_batch"}
    return value


def validated_event(raw: RawResponse, value: Any, cast_to: Any) -> Any:
    """An event of a stream. Called by the core."""
    return validated(value, cast_to, lambda: invalid_answer(raw, value))


def invalid_answer(
    raw: RawResponse, body: object, message: str | None = None
) -> APIResponseValidationError:
    from ._exceptions import INVALID_ANSWER, APIResponseValidationError

    error = APIResponseValidationError._from_raw(raw, message or INVALID_ANSWER, body)
    error.status_code = raw.status_code
    return error
