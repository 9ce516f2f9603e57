// A thread that waits for arrivals without an event loop. GIL held.
#pragma once

#include <Python.h>

#include <memory>

#include "bridge/mailbox.hpp"
#include "python/arrival.hpp"

namespace oai::python {

class inbox {
  public:
    inbox() = default;
    inbox(const inbox&) = default;
    inbox& operator=(const inbox&) = delete;
    // A thread of the parent process may still wait in it.
    ~inbox() {
        if (inherited()) static_cast<void>(new auto(port_));
    }

    const std::shared_ptr<bridge::mailbox>& port() const noexcept { return port_; }
    bool inherited() const noexcept { return port_->inherited(); }

    // The next arrival; the GIL is released while none is there. Null with an error set: a signal
    // handler raised (they run on the main thread only).
    std::unique_ptr<arrival> next() const;
    // Whoever waits looks at what it waits for.
    void nudge() const noexcept { port_->deliver(std::make_unique<arrival>()); }

  private:
    const std::shared_ptr<bridge::mailbox> port_ = std::make_shared<bridge::mailbox>();
};

}  // namespace oai::python
