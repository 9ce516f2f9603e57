"""Which `ssl.SSLContext` objects mean what the native connections do anyway. What Python cannot see
in one may change what it accepts, so the rule is: equal to the HTTP library's own, or not carried.
"""

from __future__ import annotations

import functools
import os
import platform
import ssl
import sys
from typing import Any

# Where CPython keeps the pointer to OpenSSL's context is known for these versions.
_KNOWN = (3, 10) <= sys.version_info < (3, 15) and platform.python_implementation() == "CPython"


def is_context(value: object) -> bool:
    return isinstance(value, ssl.SSLContext)


def trust_of(context: Any) -> dict[str, Any] | None:
    """Settings of native connections that trust whom the context does; None: it has its own."""
    if type(context).__module__.startswith("truststore"):
        return {}
    if type(context) is not ssl.SSLContext or may_have_certificate(context):
        return None
    if context.verify_mode == ssl.CERT_NONE:
        bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        bare.check_hostname = False
        bare.verify_mode = ssl.CERT_NONE
        return {"verify": False} if _visible(context) == _visible(bare) else None
    file, folder = os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", "")
    if (_visible(context), _authorities(context)) != _usual(file, folder):
        return None
    # The library looks at the second variable only where the first is not set.
    return {"ca_file": file} if file else {"ca_dir": folder} if folder else {}


def _visible(context: ssl.SSLContext) -> tuple[Any, ...]:
    return (
        context.protocol,
        context.verify_mode,
        context.check_hostname,
        context.verify_flags,
        context.minimum_version,
        context.maximum_version,
        context.options,
        context.keylog_filename,
        tuple(cipher["name"] for cipher in context.get_ciphers()),
    )


def _authorities(context: ssl.SSLContext) -> tuple[bytes, ...]:
    return tuple(sorted(context.get_ca_certs(binary_form=True)))


@functools.lru_cache(maxsize=4)
def _usual(file: str, folder: str) -> tuple[tuple[Any, ...], tuple[bytes, ...]]:
    import httpx2

    context = httpx2.create_ssl_context()
    return _visible(context), _authorities(context)


def may_have_certificate(context: ssl.SSLContext) -> bool:
    """Whether it would show a certificate of the client's. Only OpenSSL knows, and if it cannot be
    asked, the answer is yes.
    """
    if not _KNOWN:
        return True
    import _ssl
    import ctypes

    try:  # of the very library that made it: another OpenSSL in the process is no help
        ask = ctypes.CDLL(_ssl.__file__).SSL_CTX_get0_certificate
    except (AttributeError, OSError):
        return True
    ask.restype, ask.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    inner = ctypes.c_void_p.from_address(id(context) + object.__basicsize__).value
    return ask(inner) is not None
