"""Names under which the official package keeps the HTTP clients that it makes by itself."""

from ._http_clients import NativeHttpClient as AsyncHttpxClientWrapper
from ._http_clients_sync import NativeHttpClient as SyncHttpxClientWrapper

__all__ = ["AsyncHttpxClientWrapper", "SyncHttpxClientWrapper"]
