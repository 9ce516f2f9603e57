// Everything that can go wrong below Python, one sentence each, in one category.
#pragma once

#include <boost/system/error_code.hpp>

namespace oai {

using boost::system::error_code;

enum class errc {
    success = 0,
    cancelled,            // the caller gave up
    client_closed,        // the transport was closed under the call
    engine_stopped,       // the process is exiting or has forked
    host_not_found,       // DNS has no address for the host
    connect_failed,       // every address refused or failed
    tls_failed,           // handshake or certificate check failed
    certificate_refused,  // the server closed once it had asked for our certificate
    proxy_refused,        // the proxy gave no tunnel to the host
    proxy_auth,           // the proxy wants credentials, or others
    connect_timeout,      // no connection within the connect limit
    pool_timeout,         // no free connection within the pool limit
    write_timeout,        // the peer took no bytes within the write limit
    read_timeout,         // the peer sent no bytes within the read limit
    deadline_timeout,     // the whole call, retries and all, took longer than it may
    first_event_timeout,  // a stream's first event did not come in time
    stream_idle_timeout,  // nor did the next one
    connection_closed,    // the peer closed before a whole response
    bad_response,         // the peer's bytes are not HTTP, or break RFC 9112 framing
    header_too_large,     // response head over the limit
    too_many_headers,     // more fields than the limit
    too_many_interim,     // 1xx answers without end
    chunks_too_large,     // more chunk extensions than data
    body_too_large,       // response body over the limit
    line_too_large,       // one line or event of a stream over the limit
    insecure_redirect,    // from https to http
    too_many_redirects,
    bad_encoding,       // compressed data is broken
    bad_json,           // the body is not JSON
    body_unreadable,    // a file of the request's body is shorter than when the call began
    not_processed,      // the peer says that it did not begin to work on the request
    stream_reset,       // the peer reset the HTTP/2 stream
    peer_silent,        // the peer does not answer on this connection, not even a ping
    handshake_refused,  // the server answered a WebSocket handshake with another status than 101
    bad_handshake,      // its 101 breaks RFC 6455
    bad_frame,          // its frames break RFC 6455, or a message is over the limit
    end_of_body,        // not a failure: the body is complete
};

const boost::system::error_category& category() noexcept;

inline error_code make_error_code(errc e) noexcept {
    return {static_cast<int>(e), category()};
}

}  // namespace oai

template <>
struct boost::system::is_error_code_enum<oai::errc> : std::true_type {};
