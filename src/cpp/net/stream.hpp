// A connected byte stream, TCP or TLS, behind one type. Engine thread only.
#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "core/task.hpp"
#include "net/descriptors.hpp"
#include "net/tls_peer.hpp"

namespace oai::net {

// A TCP socket that a forked child knows to close.
class tcp_socket : public asio::basic_stream_socket<asio::ip::tcp, executor> {
  public:
    using base = asio::basic_stream_socket<asio::ip::tcp, executor>;

    explicit tcp_socket(executor on) : base(on) {}
    tcp_socket(tcp_socket&&) = default;
    tcp_socket& operator=(tcp_socket&&) = delete;
    ~tcp_socket() { close_now(); }

    error_code open_for(const asio::ip::tcp& protocol) noexcept;
    // Pending operations end with operation_aborted. Any number of times.
    void close_now() noexcept;
};

class stream {
  public:
    explicit stream(tcp_socket connected);
    ~stream();
    stream(const stream&) = delete;

    // Client side; on failure `detail` says why.
    task<error_code> handshake(tls_peer peer, std::string& detail);

    // Both may transfer less than asked for. Without a token they never wait: would_block.
    template <class Token>
    auto async_read_some(asio::mutable_buffer into, Token&& token);
    template <class Token>
    auto async_write_some(asio::const_buffer head, asio::const_buffer body, Token&& token);
    std::size_t read_some(asio::mutable_buffer into, error_code& ec) noexcept;
    std::size_t write_some(asio::const_buffer head, asio::const_buffer body,
                           error_code& ec) noexcept;

    bool encrypted() const noexcept { return tls_.has_value(); }
    bool resumed() const noexcept;
    // The protocol that the peer chose (ALPN), or an empty view.
    std::string_view protocol() const noexcept;
    // The server asked for our certificate, or has seen it: in TLS 1.3 it judges it, or that there
    // is none, when the handshake is over for us.
    bool certificate_in_doubt() const noexcept {
        return tls_ && (peer_.demanded || peer_.with->has_identity);
    }
    // Nothing has arrived that nobody asked for: neither bytes nor the end.
    bool quiet() noexcept;
    tcp_socket& socket() noexcept { return socket_; }
    void close() noexcept { socket_.close_now(); }
    // Closes a stream on which nothing is pending. A TLS peer is told first, if the socket takes it
    // without waiting; its own goodbye is not waited for (RFC 8446 6.1).
    void part() noexcept;
    // Nothing more is sent, and the peer is told; what it still sends can be read.
    void farewell() noexcept;

  private:
    void notify() noexcept;

    using layered = asio::ssl::stream<tcp_socket::base&>;

    tcp_socket socket_;
    tls_peer peer_;
    std::optional<layered> tls_;
};

// Streams alive. Any thread.
long open_streams() noexcept;
// In a forked child: the parent's are not ours.
void forget_open_streams() noexcept;

template <class Token>
auto stream::async_read_some(asio::mutable_buffer into, Token&& token) {
    const auto start = [](auto handler, stream* self, asio::mutable_buffer buffer) {
        if (self->tls_)
            self->tls_->async_read_some(buffer, std::move(handler));
        else
            self->socket_.async_read_some(buffer, std::move(handler));
    };
    return asio::async_initiate<Token, void(error_code, std::size_t)>(start, token, this, into);
}

template <class Token>
auto stream::async_write_some(asio::const_buffer head, asio::const_buffer body, Token&& token) {
    const auto start = [](auto handler, stream* self, std::array<asio::const_buffer, 2> buffers) {
        if (self->tls_)
            self->tls_->async_write_some(buffers, std::move(handler));
        else
            self->socket_.async_write_some(buffers, std::move(handler));
    };
    const std::array<asio::const_buffer, 2> buffers = {head, body};
    return asio::async_initiate<Token, void(error_code, std::size_t)>(start, token, this, buffers);
}

}  // namespace oai::net
