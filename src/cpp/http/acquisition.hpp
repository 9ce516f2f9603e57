// One acquire on its way: waiting for its turn, or opening its connection. Lives in the acquire's
// coroutine. Engine thread only.
#pragma once

#include <memory>

#include "core/error.hpp"
#include "http/connection.hpp"
#include "http/exchange.hpp"
#include "http/pool_policy.hpp"
#include "net/deadline_wheel.hpp"
#include "net/dialer.hpp"
#include "net/gate.hpp"

namespace oai::http {

class acquisition final : public pool_waiter, private net::deadline {
  public:
    acquisition(net::engine& on, origin_id where, bool fresh) noexcept
        : pool_waiter(where, fresh), engine_(on), turn_(on) {}

    auto turn() noexcept { return turn_.wait(); }
    // Its turn has come: it has a use of a connection, or holds a slot to open one.
    void granted(connection* kept) noexcept;
    // Ends with `reason` at once, whatever it waits for.
    void abort(error_code reason) noexcept;
    // From now on abort() ends this dial.
    void dialing(net::dialer* with) noexcept { dialer_ = with; }
    // `reason` ends it unless leave_limit() comes within `within`.
    void enter_limit(limit within, errc reason);
    void leave_limit() noexcept { disarm(); }

    acquisition_times times;
    error_code verdict;  // why it was ended from outside
    bool holds_slot = false;
    connection* use = nullptr;  // of this connection

  private:
    void expired() noexcept override { abort(limit_reason_); }

    net::engine& engine_;
    net::gate turn_;
    net::dialer* dialer_ = nullptr;
    errc limit_reason_ = errc::pool_timeout;
};

inline void acquisition::granted(connection* kept) noexcept {
    holds_slot = kept == nullptr;
    use = kept;
    times.granted = steady::now();
    disarm();
    turn_.open();
}

inline void acquisition::abort(error_code reason) noexcept {
    if (verdict) return;
    verdict = reason;
    disarm();
    if (dialer_)
        dialer_->abort(reason);
    else
        turn_.open();
}

inline void acquisition::enter_limit(limit within, errc reason) {
    limit_reason_ = reason;
    if (!within) return;
    if (*within > milliseconds::zero())
        arm(engine_.wheel(), *within);
    else
        abort(reason);
}

}  // namespace oai::http
