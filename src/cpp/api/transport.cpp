#include "api/transport.hpp"

#include <unistd.h>

#include <utility>

namespace oai::api {

pooled_transport::pooled_transport(pool_factory make, http::wire_limits wire)
    : make_(std::move(make)), wire_(wire) {}

pooled_transport::~pooled_transport() {
    if (!pool_) return;
    if (!pool_is_live()) {
        forget_pool();
        return;
    }
    // The pool's home is the engine thread.
    engine_.load()->submit(
        net::make_job([pool = std::move(pool_)]() noexcept { pool->close(false); }));
}

void pooled_transport::close(bool abort) noexcept {
    if (closed_.exchange(true) && !abort) return;
    if (!pool_is_live()) return;
    engine_.load()->submit(net::make_job([self = shared_from_this(), abort]() noexcept {
        if (self->pool_) self->pool_->close(abort);
        self->publish();
    }));
}

http::pool_stats pooled_transport::stats() const noexcept {
    if (!pool_is_live()) return {};
    if (!asked_.exchange(true)) {
        auto self = std::const_pointer_cast<pooled_transport>(shared_from_this());
        engine_.load()->submit(net::make_job([self = std::move(self)]() noexcept {
            self->asked_ = false;
            self->publish();
        }));
    }
    return {open_, idle_, waiting_};
}

std::shared_ptr<http::pool> pooled_transport::pool_on(net::engine& on) {
    if (closed()) return nullptr;
    if (pool_ && engine_ == &on && pool_is_live()) return pool_;
    if (pool_) forget_pool();
    pool_ = make_(on);
    process_ = ::getpid();
    generation_ = net::engine::generation();
    engine_ = &on;
    // A close() that came before engine_ was set could not reach the pool.
    if (closed()) {
        pool_->close(true);
        return nullptr;
    }
    return pool_;
}

void pooled_transport::publish() noexcept {
    if (!pool_) return;
    const http::pool_stats now = pool_->stats();
    open_ = now.open;
    idle_ = now.idle;
    waiting_ = now.waiting;
}

bool pooled_transport::pool_is_live() const noexcept {
    return engine_.load() != nullptr && generation_ == net::engine::generation();
}

// The engine of the pool is gone. In a forked child the pool stays where it is: its sockets and its
// waiting coroutines are the parent's.
void pooled_transport::forget_pool() {
    open_ = idle_ = waiting_ = 0;
    if (process_ != ::getpid()) new std::shared_ptr<http::pool>(std::move(pool_));
    pool_.reset();
}

std::shared_ptr<transport> make_transport(http::pool_settings settings) {
    const http::wire_limits wire = settings.wire;
    return std::make_shared<pooled_transport>(
        [settings = std::move(settings)](net::engine& on) { return http::make_pool(on, settings); },
        wire);
}

std::shared_ptr<pooled_transport> make_transport_over(std::shared_ptr<http::pool> pool,
                                                      http::wire_limits wire) {
    return std::make_shared<pooled_transport>([pool](net::engine&) { return pool; }, wire);
}

}  // namespace oai::api
