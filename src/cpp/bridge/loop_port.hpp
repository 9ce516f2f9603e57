// The engine's end of one event loop (or one waiting thread): every call holds a reference, so the
// queue outlives the loop. After close() completions are destroyed where they are pushed.
#pragma once

#include <atomic>
#include <memory>

#include "bridge/completion_queue.hpp"
#include "bridge/wakeup.hpp"

namespace oai::bridge {

class loop_port {
  public:
    static std::shared_ptr<loop_port> make();

    void deliver(std::unique_ptr<completion> node) noexcept;  // any thread
    completion* take_all() noexcept;                          // consumer thread
    void close() noexcept;                                    // consumer thread
    bool closed() const noexcept;
    // True in a process forked since make(): the descriptor belongs to the parent's loop too, so
    // the child must neither write nor drain it. deliver() and close() see to that themselves.
    bool inherited() const noexcept;
    bridge::wakeup& wakeup() noexcept { return wakeup_; }

  private:
    loop_port();

    completion_queue queue_;
    bridge::wakeup wakeup_;
    std::atomic<bool> closed_{false};
    const unsigned process_;
};

}  // namespace oai::bridge
