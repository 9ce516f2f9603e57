#include "api/transport.hpp"

#include <unistd.h>

#include <utility>

#include "api/pause.hpp"

namespace oai::api {

pooled_transport::pooled_transport(pool_factory make, http::wire_limits wire,
                                   std::shared_ptr<http::traffic> counts)
    : make_(std::move(make)), wire_(wire), traffic_(std::move(counts)) {}

pooled_transport::~pooled_transport() {
    if (!side_) return;
    if (!side_is_live()) {
        forget_side();
        return;
    }
    // The pool's home is the engine thread.
    engine_.load()->submit(
        net::make_job([side = std::move(side_)]() noexcept { side->pool->close(false); }));
}

void pooled_transport::close(bool abort) noexcept {
    if (closed_.exchange(true) && !abort) return;
    if (!side_is_live()) return;
    engine_.load()->submit(net::make_job([self = shared_from_this(), abort]() noexcept {
        if (!self->side_) return;
        self->side_->pool->close(abort);
        pause::wake_all(self->side_->resting);
        self->publish();
    }));
}

transport_stats pooled_transport::stats() const noexcept {
    if (!side_is_live()) return {};
    if (!asked_.exchange(true)) {
        auto self = std::const_pointer_cast<pooled_transport>(shared_from_this());
        engine_.load()->submit(net::make_job([self = std::move(self)]() noexcept {
            self->asked_ = false;
            self->publish();
        }));
    }
    transport_stats now;
    now.pool = {open_, idle_, waiting_};
    now.calls = calls.get();
    now.in_flight = in_flight.get();
    now.retries = retries.get();
    now.resends = resends.get();
    now.redirects = redirects.get();
    now.connections = traffic_->connections.get();
    now.handshakes = traffic_->handshakes.get();
    now.resumed = traffic_->resumed.get();
    now.h2_connections = traffic_->h2.get();
    now.h1_fallbacks = traffic_->h1_fallbacks.get();
    now.bytes_sent = traffic_->bytes_sent.get();
    now.bytes_received = traffic_->bytes_received.get();
    return now;
}

std::shared_ptr<engine_side> pooled_transport::side_on(net::engine& on) {
    if (closed()) return nullptr;
    if (side_ && engine_ == &on && side_is_live()) return side_;
    if (side_) forget_side();
    side_ = std::make_shared<engine_side>();
    side_->pool = make_(on);
    process_ = ::getpid();
    generation_ = net::engine::generation();
    engine_ = &on;
    // A close() that came before engine_ was set could not reach the pool. Sequentially consistent,
    // as are the two accesses there: one of both sees the other.
    if (closed_.load()) {
        side_->pool->close(true);
        return nullptr;
    }
    return side_;
}

void pooled_transport::publish() noexcept {
    if (!side_) return;
    const http::pool_stats now = side_->pool->stats();
    open_ = now.open;
    idle_ = now.idle;
    waiting_ = now.waiting;
}

bool pooled_transport::side_is_live() const noexcept {
    return engine_.load() != nullptr && generation_ == net::engine::generation();
}

// The engine of the pool is gone. In a forked child the pool stays where it is: its sockets and its
// waiting coroutines are the parent's.
void pooled_transport::forget_side() {
    open_ = idle_ = waiting_ = 0;
    for (counter* each : {&calls, &in_flight, &retries, &resends, &redirects}) each->reset();
    traffic_->reset();
    if (process_ != ::getpid()) new std::shared_ptr<engine_side>(std::move(side_));
    side_.reset();
}

std::shared_ptr<transport> make_transport(http::pool_settings settings) {
    const http::wire_limits wire = settings.wire;
    std::shared_ptr<http::traffic> counts = settings.counts;
    return std::make_shared<pooled_transport>(
        [settings = std::move(settings)](net::engine& on) { return http::make_pool(on, settings); },
        wire, std::move(counts));
}

std::shared_ptr<pooled_transport> make_transport_over(std::shared_ptr<http::pool> pool,
                                                      http::wire_limits wire) {
    return std::make_shared<pooled_transport>([pool](net::engine&) { return pool; }, wire,
                                              std::make_shared<http::traffic>());
}

}  // namespace oai::api
