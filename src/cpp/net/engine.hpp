// The one io thread of the process: started at first use, shared by all clients, never touches Python.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "core/clock.hpp"
#include "core/task.hpp"

namespace oai::net {

class deadline_wheel;

// Work handed to the engine from any thread. Owned by the queue until run() returns.
struct job {
    job* next = nullptr;
    virtual ~job() = default;
    virtual void run() noexcept = 0;   // engine thread
};

class engine {
  public:
    virtual ~engine() = default;

    // The process's engine; starts its thread the first time and after a fork. Any thread.
    static engine& shared();
    // Stops the thread and drops what is queued; later shared() starts anew. Safe to call twice, and
    // when nothing was started. Call without the GIL: it joins the thread.
    static void stop() noexcept;
    // For pthread_atfork's child side: forgets the parent's engine without touching its thread.
    static void forget_after_fork() noexcept;
    // Counts engine starts: an object that kept a pointer to engine state compares it to notice a fork.
    static unsigned generation() noexcept;

    // Runs `work` on the engine thread, in order of submission; many submissions share one wake-up.
    virtual void submit(std::unique_ptr<job> work) noexcept = 0;
    virtual asio::io_context& context() noexcept = 0;
    virtual executor get_executor() noexcept = 0;
    virtual deadline_wheel& wheel() noexcept = 0;
};

template <class F>
std::unique_ptr<job> make_job(F f) {
    struct call final : job {
        explicit call(F&& f) : f_(std::move(f)) {}
        void run() noexcept override { f_(); }
        F f_;
    };
    return std::make_unique<call>(std::move(f));
}

}  // namespace oai::net
