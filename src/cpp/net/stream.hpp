// A connected byte stream behind one type: TCP or a unix socket, with no, one or two layers of TLS.
// Engine thread only.
#pragma once

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "core/task.hpp"
#include "net/descriptors.hpp"
#include "net/tls.hpp"
#include "net/tls_peer.hpp"

namespace oai::net {

// A socket, of TCP or unix, that a forked child knows to close.
class stream_socket : public asio::basic_stream_socket<asio::generic::stream_protocol, executor> {
  public:
    using base = asio::basic_stream_socket<asio::generic::stream_protocol, executor>;

    explicit stream_socket(executor on) : base(on) {}
    stream_socket(stream_socket&&) = default;
    stream_socket& operator=(stream_socket&&) = delete;
    ~stream_socket() { close_now(); }

    error_code open_for(const protocol_type& protocol) noexcept;
    // Pending operations end with operation_aborted. Any number of times.
    void close_now() noexcept;
};

class stream {
  public:
    explicit stream(stream_socket connected);
    ~stream();
    stream(const stream&) = delete;

    // Client side; on failure `detail` says why. A second one goes through the first: to an origin
    // behind a proxy that is spoken to over TLS.
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
        const tls_peer& peer = inner_ ? inner_->peer : peer_;
        return tls_ && (peer.demanded || peer.with->has_identity);
    }
    // Nothing has arrived that nobody asked for: neither bytes nor the end.
    bool quiet() noexcept;
    // Bytes that were sent and that the peer's system has not confirmed; 0 if that cannot be told.
    std::size_t unacknowledged() noexcept;
    stream_socket& socket() noexcept { return socket_; }
    void close() noexcept { socket_.close_now(); }
    // Closes a stream on which nothing is pending. A TLS peer is told first, if the socket takes it
    // without waiting; its own goodbye is not waited for (RFC 8446 6.1).
    void part() noexcept;
    // Nothing more is sent, and the peer is told; what it still sends can be read.
    void farewell() noexcept;

  private:
    using layered = asio::ssl::stream<stream_socket::base&>;
    struct inner_layer {
        inner_layer(layered& over, tls_peer with)
            : peer(std::move(with)), io(over, peer.with->context) {}
        tls_peer peer;
        asio::ssl::stream<layered&> io;
    };

    // Of the layer that speaks to the origin; null: none.
    SSL* ssl() const noexcept;
    void notify() noexcept;

    stream_socket socket_;
    tls_peer peer_;
    std::optional<layered> tls_;
    std::unique_ptr<inner_layer> inner_;  // null, but behind a TLS proxy
};

// Streams alive. Any thread.
long open_streams() noexcept;
// In a forked child: the parent's are not ours.
void forget_open_streams() noexcept;

template <class Token>
auto stream::async_read_some(asio::mutable_buffer into, Token&& token) {
    const auto start = [](auto handler, stream* self, asio::mutable_buffer buffer) {
        if (self->inner_)
            self->inner_->io.async_read_some(buffer, std::move(handler));
        else if (self->tls_)
            self->tls_->async_read_some(buffer, std::move(handler));
        else
            self->socket_.async_read_some(buffer, std::move(handler));
    };
    return asio::async_initiate<Token, void(error_code, std::size_t)>(start, token, this, into);
}

template <class Token>
auto stream::async_write_some(asio::const_buffer head, asio::const_buffer body, Token&& token) {
    const auto start = [](auto handler, stream* self, std::array<asio::const_buffer, 2> buffers) {
        if (self->inner_)
            self->inner_->io.async_write_some(buffers, std::move(handler));
        else if (self->tls_)
            self->tls_->async_write_some(buffers, std::move(handler));
        else
            self->socket_.async_write_some(buffers, std::move(handler));
    };
    const std::array<asio::const_buffer, 2> buffers = {head, body};
    return asio::async_initiate<Token, void(error_code, std::size_t)>(start, token, this, buffers);
}

}  // namespace oai::net
