"""What the API's facts cannot say: code that generated types and resources delegate to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._parsing import ResponseFormatT as ResponseFormatT
    from ._parsing import type_to_response_format_param as type_to_response_format_param
    from ._tools import pydantic_function_tool as pydantic_function_tool
    from ._tools import pydantic_responses_function_tool as pydantic_responses_function_tool
else:
    from .._lazy import lazy_exports

    __getattr__, __dir__, _ = lazy_exports(
        __name__,
        {
            "ResponseFormatT": "_parsing",
            "pydantic_function_tool": "_tools",
            "pydantic_responses_function_tool": "_tools",
            "type_to_response_format_param": "_parsing",
        },
    )
