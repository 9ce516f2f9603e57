// The engine's end of one event loop: every call holds a reference, so the queue outlives the loop.
// After close() completions are destroyed where they are pushed. A child of the process must
// neither write nor drain the descriptor, which belongs to the parent's loop too: deliver() and
// close() see to that themselves.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "bridge/port.hpp"
#include "bridge/wakeup.hpp"

namespace oai::bridge {

class loop_port final : public port {
  public:
    static std::shared_ptr<loop_port> make();

    void deliver(std::unique_ptr<completion> node) noexcept override;
    completion* take_all() noexcept;  // consumer thread
    // Consumer thread: a completion that is done with, which holds about that many bytes. What the
    // engine has allocated it frees as well, at its next delivery: memory that goes one way only
    // makes both threads wait for the lock of the engine's heap. A bounded sum of bytes waits.
    void give_back(std::unique_ptr<completion> spent, std::size_t bytes) noexcept;
    void close() noexcept;  // consumer thread
    bool closed() const noexcept;
    bridge::wakeup& wakeup() noexcept { return wakeup_; }

  private:
    loop_port() = default;

    void free_spent() noexcept;

    completion_queue queue_;
    completion_queue spent_;
    std::atomic<std::size_t> spent_bytes_{0};
    bridge::wakeup wakeup_;
    std::atomic<bool> closed_{false};
};

}  // namespace oai::bridge
