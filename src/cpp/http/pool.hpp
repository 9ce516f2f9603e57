// Connections to all origins of one transport: limits, keep-alive, FIFO waiters. Engine thread
// only.
#pragma once

#include <cstddef>
#include <memory>

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "core/task.hpp"
#include "http/exchange.hpp"
#include "http/h2_link.hpp"
#include "http/message.hpp"
#include "http/pool_policy.hpp"
#include "http/traffic.hpp"
#include "http/wire_limits.hpp"
#include "net/engine.hpp"
#include "net/proxy_rules.hpp"
#include "net/socket_options.hpp"
#include "net/tls.hpp"

namespace oai::http {

enum class h2_use : std::uint8_t {
    never,
    negotiated,       // over TLS, where the peer wants it (ALPN, RFC 7301)
    prior_knowledge,  // always, over plain TCP without asking (RFC 9113 3.3)
};

struct pool_settings {
    pool_limits limits;
    h2_use http2 = h2_use::negotiated;
    h2_settings h2;
    wire_limits wire;
    net::tls_settings tls;
    net::socket_options sockets;
    net::routing routing;
    std::shared_ptr<traffic> counts = std::make_shared<traffic>();
};

struct pool_stats {
    std::size_t open = 0, idle = 0, waiting = 0;
};

class pool {
  public:
    virtual ~pool() = default;

    // An exchange on an idle connection if one is fit, else on a new one, else waits in FIFO order.
    // `pool` limits the wait, `connect` the connection (DNS, TCP, a proxy and TLS together). On
    // failure the result is null and `why` says what happened. `fresh`: do not reuse an idle
    // connection. cancel_acquire(key) makes the acquire with that key fail with errc::cancelled at
    // once.
    virtual task<std::unique_ptr<exchange>> acquire(std::shared_ptr<const origin> to,
                                                    timeouts clocks, bool fresh, const void* key,
                                                    failure& why) = 0;
    virtual void cancel_acquire(const void* key) noexcept = 0;
    // Closes idle connections at once, fails waiters with errc::client_closed; exchanges in flight
    // go on unless `abort`.
    virtual void close(bool abort) noexcept = 0;
    virtual pool_stats stats() const noexcept = 0;
};

std::shared_ptr<pool> make_pool(net::engine& on, pool_settings settings);

}  // namespace oai::http
