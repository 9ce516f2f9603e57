"""`ssl.SSLContext` objects on native connections. One that is equal to the HTTP library's own means
what these do anyway; of any other one the core takes what OpenSSL tells, and refuses it if it would
offer a server something else. What only Python knows, such as callbacks, keeps it here.
"""

from __future__ import annotations

import functools
import gc
import os
import platform
import ssl
import sys
from typing import Any

from ._tls_settings import NotCarried

# Where CPython keeps the pointer to OpenSSL's context is known for these versions.
_KNOWN = (3, 10) <= sys.version_info < (3, 15) and platform.python_implementation() == "CPython"


def is_context(value: object) -> bool:
    return isinstance(value, ssl.SSLContext)


def trust_of(context: Any) -> dict[str, Any]:
    """Settings of native connections that do what the context does; or `NotCarried`."""
    if type(context).__module__.startswith("truststore"):
        return _trust_of_truststore(context)
    if (reason := _reason_of_python(context)) is not None:
        raise NotCarried(f"an SSLContext {reason}")
    usual = None if may_have_certificate(context) else _usual_trust(context)
    return {"context": _carried(context)} if usual is None else usual


def _reason_of_python(context: Any) -> str | None:
    if type(context) is not ssl.SSLContext:
        return f"of a class of its own, {type(context).__name__}"
    if vars(context):
        return f"with an attribute of its own, {next(iter(vars(context)))}"
    if context.protocol is ssl.PROTOCOL_TLS_SERVER:
        return "for servers"
    if context.keylog_filename:
        return "that logs its keys (keylog_filename)"
    if context.post_handshake_auth:
        return "with post_handshake_auth"
    # The callbacks that it holds have no names in every version of Python.
    if any(callable(each) and not isinstance(each, type) for each in gc.get_referents(context)):
        return "with a callback"
    return None


def _carried(context: ssl.SSLContext) -> Any:
    from ._core import TlsContext

    try:
        return TlsContext(context)
    except ValueError as error:
        raise NotCarried(f"an SSLContext of its own: {error}") from None


def _trust_of_truststore(context: Any) -> dict[str, Any]:
    """Older releases of the HTTP library use it: the system's authorities. Those of its own, or
    anything else that somebody has set, stay with it.
    """
    fresh = type(context)(ssl.PROTOCOL_TLS_CLIENT)
    inner = context._ctx
    if (
        _visible(inner) != _visible(fresh._ctx)
        or _authorities(inner) != _authorities(fresh._ctx)
        or may_have_certificate(inner)
    ):
        raise NotCarried("an SSLContext of truststore with settings of its own")
    return {}


def _usual_trust(context: ssl.SSLContext) -> dict[str, Any] | None:
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
