// Where completions go: to an event loop or to a thread that waits.
#pragma once

#include <memory>

#include "bridge/completion_queue.hpp"

namespace oai::bridge {

class port {
  public:
    port();
    virtual ~port() = default;
    port(const port&) = delete;
    port& operator=(const port&) = delete;

    virtual void deliver(std::unique_ptr<completion> node) noexcept = 0;  // any thread
    // True in a process forked since the port was made: what it belongs to is the parent's.
    bool inherited() const noexcept;

  private:
    const unsigned process_;
};

}  // namespace oai::bridge
