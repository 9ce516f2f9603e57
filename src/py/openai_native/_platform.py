"""What the `X-Stainless-*` headers say about this machine, found out once per process."""

from __future__ import annotations

import functools
import sys


@functools.lru_cache(maxsize=1)
def platform_headers(version: str) -> dict[str, str]:
    return {
        "X-Stainless-Lang": "python",
        "X-Stainless-Package-Version": version,
        "X-Stainless-OS": str(get_platform()),
        "X-Stainless-Arch": _architecture(),
        "X-Stainless-Runtime": {"cpython": "CPython", "pypy": "PyPy"}.get(
            sys.implementation.name, sys.implementation.name
        ),
        "X-Stainless-Runtime-Version": ".".join(map(str, sys.version_info[:3])),
    }


class OtherPlatform:
    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"Other:{self.name}"


# `platform` runs programs and reads files to learn the same; these come from the kernel.
def get_platform() -> str | OtherPlatform:
    known = {
        "linux": "Linux",
        "darwin": "MacOS",
        "win32": "Windows",
        "cygwin": "Windows",
        "ios": "iOS",
        "android": "Android",
    }
    if sys.platform in known:
        return known[sys.platform]
    for name in ("FreeBSD", "OpenBSD"):
        if sys.platform.startswith(name.lower()):
            return name
    return OtherPlatform(sys.platform)


def _architecture() -> str:
    import os

    machine = os.uname().machine.lower() if hasattr(os, "uname") else _windows_machine()
    known = {"arm64": "arm64", "aarch64": "arm64", "arm": "arm", "x86_64": "x64", "amd64": "x64"}
    if machine in known:
        return known[machine]
    if sys.maxsize <= 2**32:
        return "x32"
    return f"other:{machine}" if machine else "unknown"


def _windows_machine() -> str:
    import os

    return os.environ.get("PROCESSOR_ARCHITECTURE", "").lower()
