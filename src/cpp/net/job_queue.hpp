// Jobs on their way to the engine thread: lock-free push from any thread, run in order of
// submission.
#pragma once

#include <atomic>
#include <memory>

#include "net/engine.hpp"

namespace oai::net {

class job_queue {
  public:
    enum class pushed { first, behind_others, refused };

    // While one exists, close() does not return: what a push leads to still finds the engine's
    // state.
    class visit {
      public:
        explicit visit(job_queue& queue) noexcept : queue_(queue) { ++queue_.inside_; }
        ~visit() { --queue_.inside_; }
        visit(const visit&) = delete;

      private:
        job_queue& queue_;
    };

    // Any thread. `first`: nobody has been told yet that there is work. After close(): destroyed.
    pushed push(std::unique_ptr<job> work) noexcept;
    // Engine thread.
    void run_all() noexcept;
    // Refuses further jobs, waits for those being pushed and destroys all.
    void close() noexcept;

  private:
    std::atomic<job*> top_{nullptr};
    std::atomic<int> inside_{0};
};

}  // namespace oai::net
