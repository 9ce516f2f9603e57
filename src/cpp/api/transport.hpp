// The transport as calls see it: the pool behind a handle that any thread may close, copy or drop.
// side_on() and publish() are for the engine thread.
#pragma once

#include <atomic>
#include <functional>

#include "api/call.hpp"
#include "net/engine.hpp"
#include "net/ring.hpp"

namespace oai::api {

// What a transport has on one engine. Engine thread only.
struct engine_side {
    std::shared_ptr<http::pool> pool;
    net::ring resting;  // pauses of calls: a close cuts them short
};

class pooled_transport final : public transport,
                               public std::enable_shared_from_this<pooled_transport> {
  public:
    using pool_factory = std::function<std::shared_ptr<http::pool>(net::engine&)>;

    pooled_transport(pool_factory make, http::wire_limits wire,
                     std::shared_ptr<http::traffic> counts);
    ~pooled_transport() override;

    void close(bool abort) noexcept override;
    bool closed() const noexcept override { return closed_.load(std::memory_order_acquire); }
    transport_stats stats() const noexcept override;

    // What belongs to this engine, made at first use; null once closed.
    std::shared_ptr<engine_side> side_on(net::engine& on);
    // Refreshes what stats() shows.
    void publish() noexcept;
    const http::wire_limits& wire() const noexcept { return wire_; }

    counter calls, in_flight, retries, resends, redirects;  // kept by the calls

  private:
    bool side_is_live() const noexcept;
    void forget_side();

    const pool_factory make_;
    const http::wire_limits wire_;
    const std::shared_ptr<http::traffic> traffic_;
    std::shared_ptr<engine_side> side_;
    // Set together with side_; other threads read them to reach it.
    std::atomic<net::engine*> engine_{nullptr};
    std::atomic<unsigned> generation_{0};
    int process_ = 0;
    std::atomic<bool> closed_{false};
    mutable std::atomic<bool> asked_{false};
    std::atomic<std::size_t> open_{0}, idle_{0}, waiting_{0};
};

// For tests: calls run over `pool` whatever the engine.
std::shared_ptr<pooled_transport> make_transport_over(std::shared_ptr<http::pool> pool,
                                                      http::wire_limits wire);

}  // namespace oai::api
