"""What clients of both faces have in common, as far as the inner chain is concerned."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._links import has_own_links
from ._request_hooks import BaseRequestHooks

if TYPE_CHECKING:
    from ._call_events import RequestEvent, ResponseEvent, RetryEvent
    from ._final_options import FinalRequestOptions
    from ._stats import ClientStats
    from ._transport_info import TransportInfo

_HttpxClientT = TypeVar("_HttpxClientT")
_DefaultStreamT = TypeVar("_DefaultStreamT")


class BaseClient(BaseRequestHooks, Generic[_HttpxClientT, _DefaultStreamT]):
    _chained: bool
    # Options in, options out, for clients that speak to another service; on either lane.
    _rewrite_options: Callable[[FinalRequestOptions], FinalRequestOptions] | None = None

    # Called with each attempt, response and retry; `on_retry` returns False to end the call with
    # the error instead. While one is set, calls go by Python, over the same connections.
    on_request: Callable[[RequestEvent], Any] | None = None
    on_response: Callable[[ResponseEvent], Any] | None = None
    on_retry: Callable[[RetryEvent], Any] | None = None

    def _look_at_links(self) -> None:
        """One of the client's own links was set or deleted."""
        if has_own_links(self):
            vars(self)["_chained"] = True
        else:
            vars(self).pop("_chained", None)
        object.__setattr__(self, "_native", None)

    def _takes_detours(self) -> bool:
        """Whether every call goes by `request`, although nobody has replaced a link."""
        return self._rewrite_options is not None or self._python_lane_reason() is not None

    def _python_lane_reason(self) -> str | None:
        """Why calls are made by Python over the given HTTP client; None: they are not."""
        from ._lanes import python_lane_reason

        return python_lane_reason(self)

    def stats(self) -> ClientStats:
        """What the client's connections do now, and have done in this process; clients that share
        connections share the numbers. Zero for what an HTTP client of Python carried.
        """
        from ._stats import stats_of

        return stats_of(self)

    def transport_info(self) -> TransportInfo:
        """Who carries this client's calls: native connections, or Python's HTTP client, and why."""
        from ._lanes import transport_info

        return transport_info(self)
