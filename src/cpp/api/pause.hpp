// A wait that can be cut short: the pause before a retry, or reading stopped by backpressure.
// Engine thread only. An asio timer, so that a stopping engine destroys the waiting coroutine.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "net/ring.hpp"

namespace oai::api {

// As a member of a ring it can be woken together with others.
class pause : public net::ring {
  public:
    task<> until(executor on, time_point when) {
        timer waiting(on, when);
        current_ = &waiting;
        error_code ignored;
        auto token = asio::redirect_error(asio::deferred, ignored);
        co_await waiting.async_wait(token);
        current_ = nullptr;
    }

    // Ends the wait, if there is one.
    void wake() noexcept {
        if (current_ != nullptr) current_->cancel();
    }

    static void wake_all(net::ring& waiting) noexcept {
        net::ring woken;
        woken.take(waiting);
        while (!woken.alone()) {
            auto& each = static_cast<pause&>(*woken.after);
            each.unlink();
            each.wake();
        }
    }

  private:
    using timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, executor>;
    timer* current_ = nullptr;
};

}  // namespace oai::api
