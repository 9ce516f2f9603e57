#include "net/dialer.hpp"

#include <algorithm>
#include <array>

#include "net/engine.hpp"

namespace oai::net {
namespace {

std::string called(const proxy& by) {
    return "proxy " + by.name();
}

// Which of a host's addresses a SOCKS proxy is asked for: what it can reach is unknown here, and
// IPv4 is what most can.
std::string favourite(const endpoints& found) {
    const auto v4 = std::find_if(found.begin(), found.end(),
                                 [](const auto& each) { return each.address().is_v4(); });
    return (v4 != found.end() ? *v4 : found.front()).address().to_string();
}

}  // namespace

bool dialer::fail(failure& why, errc code, std::string detail) const {
    why.code = aborted_ ? aborted_ : error_code(code);
    why.detail = std::move(detail);
    return false;
}

task<std::shared_ptr<stream>> dialer::dial(route way, failure& why) {
    bool good = false;
    if (way.unix_path.empty())
        good = co_await reach_host(way, why);
    else
        good = co_await reach_unix(way, why);
    if (good && way.via) good = co_await pass_proxy(way, why);
    if (good) times_.connected = steady::now();
    if (good && way.tls) {
        const std::string name = host_and_port(way.host, way.port);
        good = co_await secure(*way.tls, way.host, name, way.name(), why);
        if (good) times_.secured = steady::now();
    }
    if (!good) stream_.reset();
    co_return std::move(stream_);
}

task<const resolution*> dialer::resolve(std::string host, std::uint16_t port, std::string name,
                                        failure& why) {
    why.where = phase::resolve;
    lookup_.emplace(engine_);
    engine_.dns().start(*lookup_, host, port);
    co_await lookup_->wait();
    const resolution* found = lookup_->result();
    if (aborted_ || !found) {
        fail(why, errc::cancelled, name);
        co_return nullptr;
    }
    if (found->addresses.empty()) {
        fail(why, errc::host_not_found, name + ": " + found->reason);
        co_return nullptr;
    }
    co_return found;
}

task<bool> dialer::reach_host(const route& way, failure& why) {
    const std::string host = way.via ? way.via->host : way.host;
    const std::uint16_t port = way.via ? way.via->port : way.port;
    const std::string name = way.via ? called(*way.via) : way.name();
    const resolution* found = co_await resolve(host, port, name, why);
    if (!found) co_return false;
    times_.resolved = steady::now();

    why.where = phase::connect;
    std::optional<stream_socket> socket;
    std::string detail;
    const error_code refused =
        co_await connector_.connect(found->addresses, socket, detail, way.from);
    if (!detail.empty()) detail = ": tried " + detail;
    if (refused || aborted_) {
        engine_.dns().forget(host, port);
        co_return fail(why, errc::connect_failed, name + detail);
    }
    stream_ = std::make_shared<stream>(std::move(*socket));
    co_return true;
}

task<bool> dialer::reach_unix(const route& way, failure& why) {
    why.where = phase::connect;
    std::optional<stream_socket> socket;
    const error_code refused = co_await unix_connector_.connect(way.unix_path, socket);
    if (refused || aborted_)
        co_return fail(why, errc::connect_failed, way.name() + " (" + refused.message() + ")");
    stream_ = std::make_shared<stream>(std::move(*socket));
    co_return true;
}

task<bool> dialer::pass_proxy(const route& way, failure& why) {
    const proxy& by = *way.via;
    const std::string name = called(by);
    if (by.speaks == proxy::kind::https) {
        const std::string server = by.name();
        const bool secured = co_await secure(by.tls, by.host, server, name, why);
        if (!secured) co_return false;
    }
    if (way.forwarded) co_return true;
    std::string host = way.host;
    if (by.speaks == proxy::kind::socks5) {
        const std::string origin = way.name();
        const resolution* found = co_await resolve(host, way.port, origin, why);
        if (!found) co_return false;
        host = favourite(found->addresses);
    }
    why.where = phase::connect;
    if (host.size() > 255) co_return fail(why, errc::host_not_found, host + " is too long a name");
    std::unique_ptr<tunnel> shaft = by.is_socks() ? make_socks_tunnel(by, host, way.port)
                                                  : make_connect_tunnel(by, host, way.port);
    const std::string where = name + ", asked for " + way.name();
    co_return co_await dig(std::move(shaft), where, why);
}

task<bool> dialer::dig(std::unique_ptr<tunnel> shaft, std::string name, failure& why) {
    std::array<char, 2048> buffer;
    for (;;) {
        std::string question = shaft->outgoing();
        error_code ec = co_await send(std::move(question));
        std::size_t size = 0;
        if (!ec) {
            auto token = asio::redirect_error(asio::deferred, ec);
            const asio::mutable_buffer space = asio::buffer(buffer);
            size = co_await stream_->async_read_some(space, token);
        }
        if (aborted_) co_return fail(why, errc::cancelled, name);
        if (ec)
            co_return fail(why, errc::proxy_refused,
                           name + ": it closed the connection (" + ec.message() + ")");
        const tunnel::state now = shaft->put(std::string_view(buffer.data(), size));
        if (now == tunnel::state::done) co_return true;
        if (now == tunnel::state::failed)
            co_return fail(why, shaft->code(), name + ": " + shaft->reason());
    }
}

task<error_code> dialer::send(std::string bytes) {
    error_code ec;
    asio::const_buffer rest = asio::buffer(bytes);
    while (!ec && rest.size() > 0) {
        auto token = asio::redirect_error(asio::deferred, ec);
        const asio::const_buffer nothing;
        rest += co_await stream_->async_write_some(rest, nothing, token);
    }
    co_return ec;
}

// `server`: whose sessions may be resumed; `name`: for messages.
task<bool> dialer::secure(tls_settings with, std::string host, std::string server, std::string name,
                          failure& why) {
    why.where = phase::tls;
    tls_peer peer;
    peer.with = engine_.tls().get(with);
    peer.host = std::move(host);
    peer.server = std::move(server);
    std::string detail;
    const error_code failed = co_await stream_->handshake(std::move(peer), detail);
    if (!failed && !aborted_) co_return true;
    co_return fail(why, errc::tls_failed, name + ": " + detail);
}

void dialer::abort(error_code reason) noexcept {
    if (aborted_) return;
    aborted_ = reason;
    if (lookup_) lookup_->abandon();
    connector_.cancel();
    unix_connector_.cancel();
    if (stream_) stream_->close();
}

}  // namespace oai::net
