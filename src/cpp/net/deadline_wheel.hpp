// All timeouts of the engine on one asio timer: arming is O(1) and mostly one store. Engine thread
// only.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "net/deadline_slots.hpp"

namespace oai::net {

class deadline_wheel {
  public:
    explicit deadline_wheel(executor on);

    void arm(deadline_node& node, time_point when) noexcept;

  private:
    void schedule() noexcept;

    using timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, executor>;
    deadline_slots slots_;
    timer timer_;
    time_point scheduled_ = time_point::max();
};

// A timeout that can be armed, moved and disarmed. Destroying it disarms it.
class deadline : private deadline_node {
  public:
    deadline() = default;

    // Moving a deadline later is one store; earlier is O(1).
    void arm(deadline_wheel& on, time_point at) noexcept { on.arm(*this, at); }
    void arm(deadline_wheel& on, milliseconds from_now) noexcept {
        on.arm(*this, steady::now() + from_now);
    }
    void disarm() noexcept { when = time_point::max(); }
    bool armed() const noexcept { return when != time_point::max(); }

  protected:
    // Called once per arming, at most one tick (10 ms) late, never early. It may arm, disarm or
    // destroy any deadline, this one too.
    void expired() noexcept override = 0;
};

}  // namespace oai::net
