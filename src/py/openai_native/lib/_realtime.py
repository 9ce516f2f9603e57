"""Names from when calls were made in code of their own."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..resources.realtime.calls import AsyncCalls as _AsyncCalls
    from ..resources.realtime.calls import Calls as _Calls
else:

    def __getattr__(name: str) -> Any:
        from ..resources.realtime import calls

        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(calls, name.removeprefix("_"))


__all__ = ["_AsyncCalls", "_Calls"]
