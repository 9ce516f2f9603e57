// All timeouts of the engine on one asio timer: arming is O(1) and costs no system call. Engine thread.
#pragma once

#include <functional>
#include <memory>

#include "core/clock.hpp"
#include "core/task.hpp"

namespace oai::net {

class deadline_wheel;

// A timeout that can be armed, moved and disarmed. Destroying it disarms it.
class deadline {
  public:
    virtual ~deadline() = default;

  protected:
    // Called once per arming, at most one tick (10 ms) late, never early.
    virtual void expired() noexcept = 0;

  private:
    friend class deadline_wheel;
    // The implementer adds intrusive links, the armed instant and arm()/disarm().
};

}  // namespace oai::net
