"""What the message of an `APIConnectionError` says: what happened, where, and what to try."""

from __future__ import annotations

from typing import NamedTuple


class Clock(NamedTuple):
    name: str  # `APITimeoutError.clock`
    told: str  # with the time for {}
    advice: str


# By the core's error.
CLOCKS = {
    "connect_timeout": Clock(
        "connect",
        "connect timeout: no connection within {}",
        "Check the network, or raise `timeout=Timeout(..., connect=...)`.",
    ),
    "pool_timeout": Clock(
        "pool",
        "pool timeout: no free connection within {}",
        "Start fewer calls at once, or raise the connection limits.",
    ),
    "write_timeout": Clock(
        "write", "write timeout: the server took no bytes for {}", "Raise `timeout`."
    ),
    "read_timeout": Clock(
        "read",
        "read timeout: the server sent nothing for {}",
        "Raise `timeout`, or stream.",
    ),
    "deadline_timeout": Clock(
        "deadline",
        "deadline: the call, its retries and pauses included, was not over within {}; it ended",
        "Raise `deadline`.",
    ),
    "first_event_timeout": Clock(
        "first_event_timeout",
        "first_event_timeout: the stream's first event did not come within {}",
        "Raise `first_event_timeout`.",
    ),
    "stream_idle_timeout": Clock(
        "stream_idle_timeout",
        "stream_idle_timeout: no event came for {} (pings and comments are none)",
        "Raise `stream_idle_timeout`.",
    ),
}

_ADVICE = {
    "client_closed": "The client was closed during the call. Keep it open until its calls return.",
    "engine_stopped": "The process is exiting or has forked: start the call in the new process.",
    "host_not_found": "The host name has no address. Check `base_url` and the DNS settings.",
    "connect_failed": "No address of the host accepts connections. Check `base_url`, the network "
    "and that the server is running.",
    "tls_failed": "No TLS connection can be made. For a private authority set SSL_CERT_FILE or "
    "SSL_CERT_DIR, or pass `verify=`.",
    "certificate_refused": "The server closed the connection once it had asked for a client "
    "certificate: pass one that it accepts, `cert=(certificate, key)`.",
    "proxy_refused": "The proxy gave no connection to the host. Check what it allows, or add "
    "the host to NO_PROXY.",
    "proxy_auth": "The proxy wants credentials, or others than it was given. Put them into its "
    "URL: http://user:password@host:port.",
    "connection_closed": "The server closed the connection before its answer was complete. Try "
    "again; if it persists, look at the server or proxy in between.",
    "peer_silent": "The server does not answer on this connection any more. Check the network, and "
    "try again.",
    "not_processed": "The server refused the request before it began to work on it. Try again; if "
    "it persists, pass `http2=False`.",
    "stream_reset": "The server broke the request off. Try again; if it persists, pass "
    "`http2=False`.",
    "system_error": "The network failed. Check the way to the server, and try again.",
    "bad_response": "The peer does not speak valid HTTP. Check `base_url` (http or https? port?).",
    "header_too_large": "The answer's header is over the limit of 128 KiB. Look at the server or "
    "proxy in between.",
    "too_many_headers": "The answer has more than 1000 header fields. Look at the server or proxy "
    "in between.",
    "too_many_interim": "The server sent more than 16 interim (1xx) answers and no final one. Look "
    "at the server or proxy in between.",
    "chunks_too_large": "The answer's chunks hold more extensions or trailers than data. Look at "
    "the server or proxy in between.",
    "body_too_large": "The answer is larger than it may be. If it is wanted, raise "
    "`max_response_bytes`.",
    "line_too_large": "One event of the stream is over the limit.",
    "insecure_redirect": "The server redirects from https to http, which is not followed: the "
    "request would travel in the clear. Check `base_url`.",
    "too_many_redirects": "The server redirected the request more than 20 times. Check `base_url`.",
    "bad_encoding": "The answer's compressed data is broken or cut short.",
}


def connection_message(code: str, phase: str, detail: str) -> str:
    told = " ".join(filter(None, (detail and f"{phase}: {detail}.", _ADVICE.get(code))))
    return f"Connection error. {told or f'{phase}: {code}.'}"


def timeout_message(clock: Clock, seconds: float | None, phase: str, detail: str) -> str:
    length = "the allowed time" if seconds is None else f"{seconds:g} s"
    where = "in the TLS handshake" if phase == "TLS handshake" else f"while {phase}"
    if detail:
        where += f" ({detail})" if " " in detail else f" (host {detail})"
    return f"Request timed out. {clock.told.format(length)} {where}. {clock.advice}"


def missed_retry_note(pause: float, deadline: float) -> str:
    return f"Not retried: a pause of {pause:g} s would have passed the deadline of {deadline:g} s."
