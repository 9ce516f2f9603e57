"""The official module path of the client's base classes and of what goes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._api_lists import AsyncPageT as AsyncPageT
from ._api_lists_sync import SyncPageT as SyncPageT
from ._base import BaseClient as BaseClient
from ._constants import DEFAULT_MAX_RETRIES as DEFAULT_MAX_RETRIES
from ._constants import INITIAL_RETRY_DELAY as INITIAL_RETRY_DELAY
from ._constants import MAX_RETRY_AFTER_DELAY as MAX_RETRY_AFTER_DELAY
from ._constants import MAX_RETRY_DELAY as MAX_RETRY_DELAY
from ._constants import OVERRIDE_CAST_TO_HEADER as OVERRIDE_CAST_TO_HEADER
from ._constants import RAW_RESPONSE_HEADER as RAW_RESPONSE_HEADER
from ._lazy import forwarded
from ._platform import OtherPlatform as OtherPlatform
from ._platform import get_platform as get_platform
from ._platform import platform_headers as platform_headers
from ._request_options import make_request_options as make_request_options
from ._requests import AsyncAPIClient as AsyncAPIClient
from ._requests import _AsyncStreamT as _AsyncStreamT
from ._requests_sync import SyncAPIClient as SyncAPIClient
from ._requests_sync import _StreamT as _StreamT

if TYPE_CHECKING:
    from ._constants import DEFAULT_CONNECTION_LIMITS as DEFAULT_CONNECTION_LIMITS
    from ._constants import DEFAULT_TIMEOUT as DEFAULT_TIMEOUT
    from ._constants import HTTPX_DEFAULT_TIMEOUT as HTTPX_DEFAULT_TIMEOUT
    from ._final_options import FinalRequestOptions as FinalRequestOptions
    from ._paginator import AsyncPaginator as AsyncPaginator
    from .pagination import BaseAsyncPage as BaseAsyncPage
    from .pagination import BasePage as BasePage
    from .pagination import BaseSyncPage as BaseSyncPage
    from .pagination import PageInfo as PageInfo
else:
    # These import pydantic or httpx2.
    __getattr__ = forwarded(
        __name__,
        {
            "._constants": "DEFAULT_CONNECTION_LIMITS DEFAULT_TIMEOUT HTTPX_DEFAULT_TIMEOUT",
            "._final_options": "FinalRequestOptions",
            "._http_clients": "DefaultAsyncHttpxClient DefaultHttpxClient",
            "._http_wrappers": "AsyncHttpxClientWrapper SyncHttpxClientWrapper",
            "._files": "async_to_httpx_files to_httpx_files",
            "._paginator": "AsyncPaginator",
            "._qs": "Querystring",
            "._types": (
                "HttpxSendArgs NotGiven Omit RequestOptions ResponseT Timeout not_given omit"
            ),
            "._utils": "is_dict is_given is_list is_mapping lru_cache",
            ".pagination": "BaseAsyncPage BasePage BaseSyncPage PageInfo",
        },
    )
