"""The OpenAI Python client on a native core. Every name is imported when it is first used."""

from __future__ import annotations

import os as _os
from typing import TYPE_CHECKING, Any

from ._version import __native_version__ as __native_version__
from ._version import __title__ as __title__
from ._version import __version__ as __version__

if TYPE_CHECKING:
    from . import resources as resources
    from . import types as types
    from ._alias import install as install
    from ._alias import uninstall as uninstall
    from ._client import AsyncClient as AsyncClient
    from ._client import AsyncOpenAI as AsyncOpenAI
    from ._client_sync import Client as Client
    from ._client_sync import OpenAI as OpenAI
    from ._constants import DEFAULT_CONNECTION_LIMITS as DEFAULT_CONNECTION_LIMITS
    from ._constants import DEFAULT_MAX_RETRIES as DEFAULT_MAX_RETRIES
    from ._constants import DEFAULT_TIMEOUT as DEFAULT_TIMEOUT
    from ._data_residency import DataResidency as DataResidency
    from ._exceptions import APIConnectionError as APIConnectionError
    from ._exceptions import APIError as APIError
    from ._exceptions import APIResponseDecodeError as APIResponseDecodeError
    from ._exceptions import APIResponseValidationError as APIResponseValidationError
    from ._exceptions import APIStatusError as APIStatusError
    from ._exceptions import APITimeoutError as APITimeoutError
    from ._exceptions import AuthenticationError as AuthenticationError
    from ._exceptions import BadRequestError as BadRequestError
    from ._exceptions import ConflictError as ConflictError
    from ._exceptions import ContentFilterFinishReasonError as ContentFilterFinishReasonError
    from ._exceptions import InternalServerError as InternalServerError
    from ._exceptions import InvalidWebhookSignatureError as InvalidWebhookSignatureError
    from ._exceptions import LengthFinishReasonError as LengthFinishReasonError
    from ._exceptions import NotFoundError as NotFoundError
    from ._exceptions import OAuthError as OAuthError
    from ._exceptions import OpenAIError as OpenAIError
    from ._exceptions import PermissionDeniedError as PermissionDeniedError
    from ._exceptions import RateLimitError as RateLimitError
    from ._exceptions import UnprocessableEntityError as UnprocessableEntityError
    from ._exceptions import WebSocketConnectionClosedError as WebSocketConnectionClosedError
    from ._exceptions import WebSocketQueueFullError as WebSocketQueueFullError
    from ._files import file_from_path as file_from_path
    from ._http_clients import DefaultAioHttpClient as DefaultAioHttpClient
    from ._http_clients import DefaultAsyncHttpx2Client as DefaultAsyncHttpx2Client
    from ._http_clients import DefaultAsyncHttpxClient as DefaultAsyncHttpxClient
    from ._http_clients_sync import DefaultHttpx2Client as DefaultHttpx2Client
    from ._http_clients_sync import DefaultHttpxClient as DefaultHttpxClient
    from ._legacy_response import HttpxBinaryResponseContent as HttpxBinaryResponseContent
    from ._models import BaseModel as BaseModel
    from ._module_resources import *  # noqa: F403
    from ._rate_limits import RateLimits as RateLimits
    from ._response import APIResponse as APIResponse
    from ._response import AsyncAPIResponse as AsyncAPIResponse
    from ._streaming import AsyncStream as AsyncStream
    from ._streaming_sync import Stream as Stream
    from ._types import NOT_GIVEN as NOT_GIVEN
    from ._types import NoneType as NoneType
    from ._types import NotGiven as NotGiven
    from ._types import Omit as Omit
    from ._types import ProxiesTypes as ProxiesTypes
    from ._types import RequestOptions as RequestOptions
    from ._types import Timeout as Timeout
    from ._types import Transport as Transport
    from ._types import not_given as not_given
    from ._types import omit as omit
    from .lib._tools import pydantic_function_tool as pydantic_function_tool
    from .lib._tools import pydantic_responses_function_tool as pydantic_responses_function_tool
    from .lib.azure import AsyncAzureOpenAI as AsyncAzureOpenAI
    from .lib.azure_sync import AzureOpenAI as AzureOpenAI
    from .lib.bedrock import AsyncBedrockOpenAI as AsyncBedrockOpenAI
    from .lib.bedrock_sync import BedrockOpenAI as BedrockOpenAI
    from .lib.computer import AsyncComputerDriver as AsyncComputerDriver
    from .lib.computer import AsyncComputerToolset as AsyncComputerToolset
    from .lib.computer import ComputerDriver as ComputerDriver
    from .lib.computer import ComputerToolset as ComputerToolset
    from .lib.streaming._assistants import AsyncAssistantEventHandler as AsyncAssistantEventHandler
    from .lib.streaming._assistants_sync import AssistantEventHandler as AssistantEventHandler
    from .types.websocket_reconnection import ReconnectingEvent as ReconnectingEvent
    from .types.websocket_reconnection import ReconnectingOverrides as ReconnectingOverrides
    from .version import VERSION as VERSION

    timeout: float | Timeout | None

# What the official module holds for calls without a client.
api_key: str | None = None
admin_api_key: str | None = None
organization: str | None = None
project: str | None = None
webhook_secret: str | None = None
base_url: Any = None
http_client: Any = None
max_retries: int = 2
default_headers: Any = None
default_query: Any = None
api_type: str | None = _os.environ.get("OPENAI_API_TYPE")
api_version: str | None = _os.environ.get("OPENAI_API_VERSION")
azure_endpoint: str | None = _os.environ.get("AZURE_OPENAI_ENDPOINT")
azure_ad_token: str | None = None
azure_ad_token_provider: Any = None
bedrock_token_provider: Any = None
_bedrock_api_key: str | None = None

_MODULE_OF = {
    name: module
    for module, names in {
        "_alias": "install uninstall",
        "_client": "AsyncClient AsyncOpenAI",
        "_client_sync": "Client OpenAI",
        "_constants": "DEFAULT_CONNECTION_LIMITS DEFAULT_MAX_RETRIES DEFAULT_TIMEOUT",
        "_data_residency": "DataResidency",
        "_exceptions": """
            APIConnectionError APIError APIResponseDecodeError APIResponseValidationError
            APIStatusError APITimeoutError AuthenticationError BadRequestError ConflictError
            ContentFilterFinishReasonError InternalServerError InvalidWebhookSignatureError
            LengthFinishReasonError NotFoundError OAuthError OpenAIError PermissionDeniedError
            RateLimitError UnprocessableEntityError WebSocketConnectionClosedError
            WebSocketQueueFullError
        """,
        "_files": "file_from_path",
        "_http_clients": "DefaultAioHttpClient DefaultAsyncHttpx2Client DefaultAsyncHttpxClient",
        "_http_clients_sync": "DefaultHttpx2Client DefaultHttpxClient",
        "_legacy_response": "HttpxBinaryResponseContent",
        "_models": "BaseModel",
        "_module_client": "_AmbiguousModuleClientUsageError _load_client _reset_client",
        "_rate_limits": "RateLimits",
        "_response": "APIResponse AsyncAPIResponse",
        "_streaming": "AsyncStream",
        "_streaming_sync": "Stream",
        "_types": """
            NOT_GIVEN NoneType NotGiven Omit ProxiesTypes RequestOptions Timeout Transport
            not_given omit
        """,
        "lib._tools": "pydantic_function_tool pydantic_responses_function_tool",
        "lib.azure": "AsyncAzureOpenAI",
        "lib.azure_sync": "AzureOpenAI",
        "lib.bedrock": "AsyncBedrockOpenAI",
        "lib.bedrock_sync": "BedrockOpenAI",
        "lib.computer": """
            AsyncComputerDriver AsyncComputerToolset ComputerDriver ComputerToolset
        """,
        "lib.streaming._assistants": "AsyncAssistantEventHandler",
        "lib.streaming._assistants_sync": "AssistantEventHandler",
        "types.websocket_reconnection": "ReconnectingEvent ReconnectingOverrides",
        "version": "VERSION",
    }.items()
    for name in names.split()
}
_SUBMODULES = frozenset(
    ("auth", "lib", "mock", "pagination", "providers", "resources", "types", "version")
)
if not TYPE_CHECKING:
    __all__ = ["__title__", "__version__", "resources", "types"]
    __all__ += sorted(
        name
        for name, module in _MODULE_OF.items()
        if name[0] != "_" and module not in ("_alias", "_rate_limits")
    )


def __getattr__(name: str) -> Any:
    from importlib import import_module

    value: Any
    if (module := _MODULE_OF.get(name)) is not None:
        value = getattr(import_module(f"{__name__}.{module}"), name)
    elif name in _SUBMODULES:
        return import_module(f"{__name__}.{name}")
    elif name == "timeout":
        value = import_module(f"{__name__}._constants").DEFAULT_TIMEOUT
    elif name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    elif name in import_module(f"{__name__}._module_resources").NAMES:
        value = import_module(f"{__name__}._module_client").ModuleResource(name)
    elif name in import_module(f"{__name__}.lib._old_api").SYMBOLS:
        value = getattr(import_module(f"{__name__}.lib._old_api"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    from ._module_resources import NAMES
    from .lib._old_api import SYMBOLS

    return sorted({*globals(), *_MODULE_OF, *_SUBMODULES, *NAMES, *SYMBOLS})


if "OPENAI_LOG" in _os.environ:
    from ._logs import setup_logging as _setup_logging

    _setup_logging()
