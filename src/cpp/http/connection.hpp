// A connection as the pool sees it, whatever protocol it speaks. Engine thread only.
#pragma once

#include <memory>

#include "http/exchange.hpp"
#include "http/pool_policy.hpp"
#include "http/traffic.hpp"
#include "net/ring.hpp"

namespace oai::http {

class pool_core;

// An exchange on a connection of the pool. The pool can end it.
class leased : public exchange, public net::ring {
  public:
    virtual void abort(error_code reason) noexcept = 0;
};

class connection : public pooled_connection {
  public:
    using pooled_connection::pooled_connection;
    virtual ~connection() = default;

    virtual std::unique_ptr<leased> lend(std::shared_ptr<pool_core> from,
                                         const acquisition_times& times) = 0;
    // Still as it was left: nothing unexpected has arrived since.
    virtual bool fit() noexcept = 0;
    // An exchange is over, or was never begun: whether another can follow.
    virtual bool reusable() const noexcept = 0;
    // Adds what has moved since it was counted last.
    virtual void count(traffic& into) noexcept = 0;
};

}  // namespace oai::http
