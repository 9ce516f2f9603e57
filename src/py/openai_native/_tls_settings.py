"""`verify=` and `cert=` of our HTTP clients: as settings of native connections, and as a context
for the Python lane. What cannot be used is an error here, where the client is made.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._core import ClientCertificate

# Of `Transport` and `WebSocket`.
TLS_SETTINGS = ("verify", "ca_file", "ca_dir", "ca_data", "certificate", "context")
_PEM = "-----BEGIN "
_CERT = "cert must be (certificate, key, password), (certificate, key) or one path to both"


class NotCarried(Exception):
    """Why native connections cannot stand in for an `ssl.SSLContext`."""


def tls_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """For `Transport`; raises `NotCarried` if an `ssl.SSLContext` has to go by Python."""
    verify, cert = settings.get("verify", True), settings.get("cert")
    try:
        trust = _trust(verify, bool(settings.get("trust_env", True)))
    except NotCarried as reason:
        if cert is None:
            raise
        raise ValueError(
            f"cert= contradicts verify=: {reason}; load the certificate into that context, with "
            "load_cert_chain()"
        ) from None
    if verify is False:
        _warn_unverified()
    if cert is None:
        return trust
    context = trust.get("context")
    if context is not None and context.has_certificate:
        raise ValueError("cert= contradicts verify=: that ssl.SSLContext has a certificate already")
    return {**trust, "certificate": _certificate(cert)}


def environment_trust() -> dict[str, Any]:
    """Read when a client is made, as by the official one: later clients may trust somebody else."""
    named = {"ca_file": os.environ.get("SSL_CERT_FILE"), "ca_dir": os.environ.get("SSL_CERT_DIR")}
    return {setting: path for setting, path in named.items() if path}


def _trust(verify: Any, trust_env: bool) -> dict[str, Any]:
    if verify is True:
        environment = environment_trust()
        return environment if trust_env or not environment else _system_trust()
    if verify is False:
        return {"verify": False}
    if isinstance(verify, (str, bytes, os.PathLike)):
        return _authorities(verify)
    from ._tls_context import is_context, trust_of

    if not is_context(verify):
        raise TypeError(
            "verify must be True, False, a path, PEM text or an ssl.SSLContext, not "
            f"{type(verify).__name__}"
        )
    return trust_of(verify)


def _system_trust() -> dict[str, Any]:
    """Whom the system trusts, whatever the environment says."""
    import ssl

    paths = ssl.get_default_verify_paths()
    found: dict[str, Any] = {}
    if os.path.isfile(paths.openssl_cafile):
        found["ca_file"] = paths.openssl_cafile
    if os.path.isdir(paths.openssl_capath):
        found["ca_dir"] = paths.openssl_capath
    if not found:
        raise NotCarried("trust_env=False, and OpenSSL knows no authorities of the system")
    return found


def _authorities(named: str | bytes | os.PathLike[Any]) -> dict[str, Any]:
    from ._core import check_authorities

    if (text := _pem(named)) is not None:
        found: dict[str, Any] = {"ca_data": text}
        told = "verify= (PEM text)"
    else:
        path = _readable("verify", named)
        found = {"ca_dir" if os.path.isdir(path) else "ca_file": path}
        told = f"verify={path!r}"
    try:
        check_authorities(**found)
    except ValueError as error:
        raise ValueError(f"{told}: {error}") from None
    return found


def _pem(given: Any) -> bytes | None:
    if isinstance(given, bytes):
        return given
    return given.encode() if isinstance(given, str) and _PEM in given else None


def _readable(keyword: str, given: Any) -> str:
    """The path, if it can be read; else the system's own error, naming the keyword."""
    path = os.fsdecode(given)
    try:
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").close()
    except OSError as error:
        raise type(error)(error.errno, f"{keyword}=: {error.strerror}", path) from None
    return path


def _certificate(given: Any) -> ClientCertificate:
    from ._core import ClientCertificate

    parts = given if isinstance(given, (tuple, list)) else (given,)
    if not 1 <= len(parts) <= 3:
        raise TypeError(f"{_CERT}, not {len(parts)} values")
    certificate, key, password = (*parts, None, None)[:3]
    secret = {} if (password := _secret(password)) is None else {"password": password}
    sources = _source(certificate), None if key is None else _source(key)
    try:
        return ClientCertificate(sources[0], sources[1], **secret)
    except ValueError as error:
        paths = [repr(source) for source in sources if isinstance(source, str)]
        raise ValueError(f"cert=({', '.join(paths) or 'PEM text'}): {error}") from None


def _source(given: Any) -> str | bytes:
    if (text := _pem(given)) is not None:
        return text
    if not isinstance(given, (str, os.PathLike)):
        raise TypeError(f"{_CERT}, each a path or PEM text, not {type(given).__name__}")
    return _readable("cert", given)


def _secret(given: Any) -> bytes | None:
    if callable(given):
        given = given()
    if given is None or isinstance(given, bytes):
        return given
    if isinstance(given, (str, bytearray)):
        return given.encode() if isinstance(given, str) else bytes(given)
    raise TypeError(f"cert=: the password must be str or bytes, not {type(given).__name__}")


def _warn_unverified() -> None:
    """At the line outside of this package that made the client: shown once for each such line."""
    package = os.path.dirname(__file__)
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_code.co_filename.startswith(package):
        frame, level = frame.f_back, level + 1
    warnings.warn(
        "verify=False: certificates are not checked, so anybody on the way can read and change "
        "what is sent, API keys included. Pass verify=<path of the CA's PEM file> instead",
        UserWarning,
        stacklevel=level,
    )


def python_context(settings: Mapping[str, Any]) -> Any:
    """The same for an HTTP client in Python, as its `verify`; a context that was given stays as
    it is.
    """
    verify, cert = settings.get("verify", True), settings.get("cert")
    if cert is None and not isinstance(verify, (str, bytes, os.PathLike)):
        return verify
    context = _python_trust(verify, bool(settings.get("trust_env", True)))
    if cert is None:
        return context
    if context is verify:
        raise ValueError(
            "cert= together with verify=<ssl.SSLContext> needs native connections: load the "
            "certificate into the context, with load_cert_chain()"
        )
    parts = cert if isinstance(cert, (tuple, list)) else (cert,)
    if any(_pem(part) is not None for part in parts[:2]):
        raise ValueError("cert= as PEM text needs native connections: give paths")
    context.load_cert_chain(*parts)
    return context


def _python_trust(verify: Any, trust_env: bool) -> Any:
    import ssl

    if not isinstance(verify, (str, bytes, os.PathLike)):
        import httpx2

        return httpx2.create_ssl_context(verify, trust_env=trust_env)
    if (text := _pem(verify)) is not None:
        return ssl.create_default_context(cadata=text.decode())
    path = os.fsdecode(verify)
    if os.path.isdir(path):
        return ssl.create_default_context(capath=path)
    return ssl.create_default_context(cafile=path)
