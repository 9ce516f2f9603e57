#include "core/error.hpp"

#include <string>

namespace oai {
namespace {

const char* sentence(errc e) noexcept {
    switch (e) {
        case errc::success:
            return "success";
        case errc::cancelled:
            return "the call was cancelled";
        case errc::client_closed:
            return "the client was closed";
        case errc::engine_stopped:
            return "the engine was stopped";
        case errc::host_not_found:
            return "the host name has no address";
        case errc::connect_failed:
            return "no address of the host accepted a connection";
        case errc::tls_failed:
            return "the TLS handshake failed";
        case errc::certificate_refused:
            return "the server closed the connection after it had asked for a client certificate";
        case errc::proxy_refused:
            return "the proxy refused to connect to the host";
        case errc::proxy_auth:
            return "the proxy does not accept the credentials it was given";
        case errc::connect_timeout:
            return "no connection within the connect timeout";
        case errc::pool_timeout:
            return "no free connection within the pool timeout";
        case errc::write_timeout:
            return "the server took no bytes within the write timeout";
        case errc::read_timeout:
            return "the server sent no bytes within the read timeout";
        case errc::deadline_timeout:
            return "the call was not over by its deadline";
        case errc::first_event_timeout:
            return "the first event of the stream did not come in time";
        case errc::stream_idle_timeout:
            return "the next event of the stream did not come in time";
        case errc::connection_closed:
            return "the server closed the connection before the response was complete";
        case errc::bad_response:
            return "the server's answer is not valid HTTP";
        case errc::header_too_large:
            return "the response head is larger than the limit";
        case errc::too_many_headers:
            return "the response has more header fields than the limit";
        case errc::too_many_interim:
            return "the server sent one 1xx answer after the other";
        case errc::chunks_too_large:
            return "the response's chunks hold more extensions than data";
        case errc::body_too_large:
            return "the response body is larger than the limit";
        case errc::line_too_large:
            return "an event of the stream is larger than the limit";
        case errc::insecure_redirect:
            return "the server redirects from https to http";
        case errc::too_many_redirects:
            return "the server redirects again and again";
        case errc::bad_encoding:
            return "the compressed response body is broken";
        case errc::bad_json:
            return "the response body is not JSON";
        case errc::body_unreadable:
            return "a file of the request could not be read to the end";
        case errc::not_processed:
            return "the server refused to process the request";
        case errc::stream_reset:
            return "the server reset the HTTP/2 stream of this request";
        case errc::peer_silent:
            return "the server no longer answers on this connection, not even a ping";
        case errc::handshake_refused:
            return "the server refused the WebSocket connection";
        case errc::bad_handshake:
            return "the server's WebSocket handshake is not valid";
        case errc::bad_frame:
            return "the server sent a WebSocket frame that is not valid or too large";
        case errc::end_of_body:
            return "the response body is complete";
    }
    return "unknown error";
}

class oai_category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "openai_native"; }
    std::string message(int value) const override { return sentence(static_cast<errc>(value)); }
};

}  // namespace

const boost::system::error_category& category() noexcept {
    static const oai_category instance;
    return instance;
}

}  // namespace oai
