"""`LazyProxy`: stands for an object that `__load__` makes when something of it is asked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar, cast

T = TypeVar("T")


class LazyProxy(Generic[T], ABC):
    @abstractmethod
    def __load__(self) -> T: ...

    def __get_proxied__(self) -> T:
        return self.__load__()

    def __as_proxied__(self) -> T:
        """This object, typed as what it stands for."""
        return cast(T, self)

    # A proxy that loads a proxy stands for any attribute: `proxy.foo.bar`.
    def __getattr__(self, attr: str) -> object:
        proxied = self.__get_proxied__()
        return proxied if isinstance(proxied, LazyProxy) else getattr(proxied, attr)

    def __repr__(self) -> str:
        proxied = self.__get_proxied__()
        return type(proxied).__name__ if isinstance(proxied, LazyProxy) else repr(proxied)

    def __str__(self) -> str:
        proxied = self.__get_proxied__()
        return type(proxied).__name__ if isinstance(proxied, LazyProxy) else str(proxied)

    def __dir__(self) -> Iterable[str]:
        proxied = self.__get_proxied__()
        return [] if isinstance(proxied, LazyProxy) else dir(proxied)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        try:
            proxied = self.__get_proxied__()
        except Exception:
            return type(self)
        return type(proxied) if issubclass(type(proxied), LazyProxy) else proxied.__class__
