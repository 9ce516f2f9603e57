#include "net/stream.hpp"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <atomic>

#include "net/tls_failure.hpp"

#if defined(__linux__)
#include <linux/sockios.h>
#endif

namespace oai::net {
namespace {

std::atomic<long> alive{0};

}  // namespace

long open_streams() noexcept {
    return alive.load(std::memory_order_relaxed);
}
void forget_open_streams() noexcept {
    alive.store(0, std::memory_order_relaxed);
}

error_code stream_socket::open_for(const protocol_type& protocol) noexcept {
    error_code ec;
    open(protocol, ec);
    if (ec) return ec;
    remember_descriptor(native_handle());
    non_blocking(true, ec);
    return ec;
}

void stream_socket::close_now() noexcept {
    if (!is_open()) return;
    forget_descriptor(native_handle());
    error_code ignored;
    close(ignored);
}

stream::stream(stream_socket connected) : socket_(std::move(connected)) {
    alive.fetch_add(1, std::memory_order_relaxed);
}

stream::~stream() {
    alive.fetch_sub(1, std::memory_order_relaxed);
    // OpenSSL makes the session of a connection that was not shut down unfit for resumption.
    for (SSL* each :
         {inner_ ? inner_->io.native_handle() : nullptr, tls_ ? tls_->native_handle() : nullptr})
        if (each && SSL_is_init_finished(each))
            SSL_set_shutdown(each, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

task<error_code> stream::handshake(tls_peer with, std::string& detail) {
    if (!with.with->trust.broken.empty()) {
        detail = with.with->trust.broken;
        co_return errc::tls_failed;
    }
    const bool nested = tls_.has_value();
    if (nested) {
        inner_ = std::make_unique<inner_layer>(*tls_, std::move(with));
    } else {
        peer_ = std::move(with);
        tls_.emplace(socket_, peer_.with->context);
    }
    tls_peer& peer = nested ? inner_->peer : peer_;
    if (!prepare_tls(ssl(), peer)) {
        detail = "not a host name: " + peer.host;
        co_return errc::tls_failed;
    }
    error_code ec;
    auto token = asio::redirect_error(asio::deferred, ec);
    if (nested)
        co_await inner_->io.async_handshake(asio::ssl::stream_base::client, token);
    else
        co_await tls_->async_handshake(asio::ssl::stream_base::client, token);
    if (!ec) co_return ec;
    detail = explain_tls_failure(ssl(), peer, ec);
    co_return errc::tls_failed;
}

SSL* stream::ssl() const noexcept {
    auto* self = const_cast<stream*>(this);
    if (inner_) return self->inner_->io.native_handle();
    return tls_ ? self->tls_->native_handle() : nullptr;
}

bool stream::resumed() const noexcept {
    return tls_ && SSL_session_reused(ssl()) == 1;
}

std::string_view stream::protocol() const noexcept {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    if (tls_) SSL_get0_alpn_selected(ssl(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::size_t stream::read_some(asio::mutable_buffer into, error_code& ec) noexcept {
    if (inner_) return inner_->io.read_some(into, ec);
    return tls_ ? tls_->read_some(into, ec) : socket_.read_some(into, ec);
}

std::size_t stream::write_some(asio::const_buffer head, asio::const_buffer body,
                               error_code& ec) noexcept {
    const std::array<asio::const_buffer, 2> buffers = {head, body};
    if (inner_) return inner_->io.write_some(buffers, ec);
    return tls_ ? tls_->write_some(buffers, ec) : socket_.write_some(buffers, ec);
}

void stream::notify() noexcept {
    error_code ignored;
    if (!socket_.is_open() || !tls_ || !SSL_is_init_finished(ssl())) return;
    if (inner_)
        inner_->io.shutdown(ignored);
    else
        tls_->shutdown(ignored);
}

void stream::part() noexcept {
    notify();
    close();
}

void stream::farewell() noexcept {
    notify();
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

bool stream::quiet() noexcept {
    char byte = 0;
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

std::size_t stream::unacknowledged() noexcept {
    int size = 0;
#if defined(__linux__)
    if (::ioctl(socket_.native_handle(), SIOCOUTQ, &size) != 0) return 0;
#elif defined(SO_NWRITE)
    socklen_t length = sizeof size;
    if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_NWRITE, &size, &length) != 0) return 0;
#endif
    return static_cast<std::size_t>(size);
}

}  // namespace oai::net
