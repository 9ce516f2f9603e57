"""From request options to the request that an HTTP client of Python sends. Imports httpx2."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import httpx2

from ._secrets import Secret, is_secret
from ._settings import merge_headers
from ._types import NotGiven, Omit

if TYPE_CHECKING:
    from ._request_hooks import BaseRequestHooks

_FORM = "multipart/form-data"


class _NoFiles(dict[str, None]):
    """Makes the HTTP library send a form that has no file."""

    def __bool__(self) -> bool:
        return True


def build_headers(client: BaseRequestHooks, options: Any, retries_taken: int) -> httpx2.Headers:
    own = options.headers or {}
    merged = dict(
        merge_headers(client._auth_headers(options.security), client.default_headers, own)
    )
    client._validate_headers(merged, own)
    headers = httpx2.Headers(merged)
    key, name = options.idempotency_key, client._idempotency_header
    if name and key and name not in headers:
        headers[name] = key
    given = {header.lower() for header in own}
    if "x-stainless-retry-count" not in given:
        headers["x-stainless-retry-count"] = str(retries_taken)
    if "x-stainless-read-timeout" not in given:
        limit = _timeout(client, options)
        read = getattr(limit, "read", limit)
        if read is not None:
            headers["x-stainless-read-timeout"] = str(read)
    return headers


def build_request(client: BaseRequestHooks, options: Any, retries_taken: int) -> Any:
    body = json_body(options)
    headers = client._build_headers(options, retries_taken=retries_taken)
    keywords = _body_keywords(client, options, body, headers)
    query = {**client._auth_query(options.security), **client.default_query, **options.params}
    query = {name: value for name, value in query.items() if not isinstance(value, Omit)}
    url = client._prepare_url(options.url)
    if query and url.query:
        query = {**dict(url.params.items()), **query}
        url = url.copy_with(raw_path=url.raw_path.split(b"?", 1)[0])
    return client._client.build_request(
        method=options.method,
        url=str(url),
        headers=[(k, Secret(v) if is_secret(k) else v) for k, v in headers.multi_items()],
        params=client.qs.stringify(query) if query else None,
        timeout=_timeout_for(client._client, _timeout(client, options)),
        **keywords,
    )


def json_body(options: Any) -> Any:
    body, extra = options.json_data, options.extra_json
    if extra is None:
        return body
    if body is None:
        return extra
    if not isinstance(body, Mapping):
        raise RuntimeError(
            f"`extra_body` can only be merged into a body that is a mapping, not {type(body)}"
        )
    both = {**body, **extra}
    return {name: value for name, value in both.items() if not isinstance(value, Omit)}


def _body_keywords(
    client: BaseRequestHooks, options: Any, body: Any, headers: httpx2.Headers
) -> dict[str, Any]:
    if options.method.lower() == "get":
        headers.pop("Content-Type", None)
        return {}
    files = _files(options.files)
    if options.content is not None and body is not None:
        raise TypeError("Passing both `content` and `json_data` is not supported")
    if options.content is not None and files is not None:
        raise TypeError("Passing both `content` and `files` is not supported")
    keywords: dict[str, Any] = {}
    if headers.get("Content-Type", "").startswith(_FORM):
        if "boundary" not in headers["Content-Type"]:
            del headers["Content-Type"]  # the library names its own boundary
        if body:
            if not isinstance(body, dict):
                raise TypeError(f"the body of a form must be a dictionary, not {type(body)}")
            keywords["data"] = client._serialize_multipartform(body)
        files = files or cast(Any, _NoFiles())
    if options.content is not None:
        keywords["content"] = options.content
    elif isinstance(body, bytes):
        keywords["content"] = body
    elif not files and body is not None and not isinstance(body, NotGiven):
        from ._core import dumps_by_alias

        keywords["content"] = dumps_by_alias(body)  # parameters of methods are plain by now
    keywords["files"] = files
    return keywords


def form_fields(client: BaseRequestHooks, data: Mapping[str, object]) -> dict[str, object]:
    fields: dict[str, Any] = {}
    for name, value in client.qs.stringify_items(data):
        known = fields.get(name)
        if not known:
            fields[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            fields[name] = [known, value]
    return fields


def _files(files: Any) -> Any:
    """Paths become names and contents; the HTTP library knows the other forms."""
    if files is None:
        return None
    from ._multipart import given_files

    return [(name, _file(file)) for name, file in given_files(files)]


def _file(file: Any) -> Any:
    if isinstance(file, tuple):
        return (file[0], _content(file[1]), *file[2:])
    if isinstance(file, os.PathLike):
        return (os.path.basename(os.fspath(file)), _content(file))
    return file


def _content(content: Any) -> Any:
    if not isinstance(content, os.PathLike):
        return content
    with open(content, "rb") as file:
        return file.read()


def _timeout(client: BaseRequestHooks, options: Any) -> Any:
    return client.timeout if isinstance(options.timeout, NotGiven) else options.timeout


def _timeout_for(http_client: Any, timeout: Any) -> Any:
    """As the library of that client knows it: httpx2, or httpx."""
    parts = ("connect", "read", "write", "pool")
    if not all(hasattr(timeout, part) for part in parts):
        return timeout
    library: Any = sys.modules["httpx"] if _is_legacy(http_client) else httpx2
    return library.Timeout(**{part: getattr(timeout, part) for part in parts})


def auth_for(http_client: Any, auth: Any) -> Any:
    """The class that does nothing exists once a library, and each takes its own only."""
    if type(auth) is httpx2.Auth and _is_legacy(http_client):
        return sys.modules["httpx"].Auth()
    httpx = sys.modules.get("httpx")
    if httpx is not None and type(auth) is httpx.Auth and not _is_legacy(http_client):
        return httpx2.Auth()
    return auth


def _is_legacy(http_client: Any) -> bool:
    httpx = sys.modules.get("httpx")
    return httpx is not None and isinstance(http_client, (httpx.Client, httpx.AsyncClient))
