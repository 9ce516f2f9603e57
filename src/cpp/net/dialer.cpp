#include "net/dialer.hpp"

#include "net/engine.hpp"

namespace oai::net {

std::shared_ptr<stream> dialer::fail(failure& why, errc code, std::string detail) const {
    why.code = aborted_ ? aborted_ : error_code(code);
    why.detail = std::move(detail);
    return nullptr;
}

task<std::shared_ptr<stream>> dialer::dial(std::string host, std::uint16_t port,
                                           const tls_settings* tls, failure& why) {
    const std::string name = host + ':' + std::to_string(port);
    why.where = phase::resolve;
    engine_.dns().start(lookup_, host, port);
    co_await lookup_.wait();
    const resolution* found = lookup_.result();
    if (aborted_ || !found) co_return fail(why, errc::cancelled, name);
    if (found->addresses.empty())
        co_return fail(why, errc::host_not_found, name + ": " + found->reason);

    times_.resolved = steady::now();

    why.where = phase::connect;
    std::optional<tcp_socket> socket;
    std::string detail;
    const error_code refused = co_await connector_.connect(found->addresses, socket, detail);
    if (!detail.empty()) detail = ": tried " + detail;
    if (refused || aborted_) {
        engine_.dns().forget(host, port);
        co_return fail(why, errc::connect_failed, name + detail);
    }
    times_.connected = steady::now();
    stream_ = std::make_shared<stream>(std::move(*socket));
    if (!tls) co_return std::move(stream_);

    why.where = phase::tls;
    tls_peer peer;
    peer.with = engine_.tls().get(*tls);
    peer.host = host;
    peer.server = name;
    const error_code failed = co_await stream_->handshake(std::move(peer), detail);
    if (failed || aborted_) co_return fail(why, errc::tls_failed, name + ": " + detail);
    times_.secured = steady::now();
    co_return std::move(stream_);
}

void dialer::abort(error_code reason) noexcept {
    if (aborted_) return;
    aborted_ = reason;
    lookup_.abandon();
    connector_.cancel();
    if (stream_) stream_->close();
}

}  // namespace oai::net
