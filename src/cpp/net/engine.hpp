// The one io thread of the process: started at first use, shared by all clients, never touches
// Python.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <utility>

#include "core/clock.hpp"
#include "core/task.hpp"
#include "net/ring.hpp"

namespace oai::net {

class deadline_wheel;
class file_reader;
class resolver;
class tls_contexts;

// Work handed to the engine from any thread. Owned by the queue until run() returns.
struct job {
    job* next = nullptr;
    virtual ~job() = default;
    virtual void run() noexcept = 0;  // engine thread
};

// Something that holds io objects or suspended coroutines outside of the io_context.
class resident : private ring {
  public:
    virtual ~resident() = default;

  protected:
    // The engine's thread has ended and its io_context is about to go: drop what lives in it.
    // Called on the stopping thread, once; destroyed coroutines may call into the resident
    // afterwards.
    virtual void engine_stopped() noexcept = 0;

  private:
    friend class io_engine;
};

class engine {
  public:
    virtual ~engine() = default;

    // The process's engine; starts its thread the first time and after a fork. Any thread.
    static engine& shared();
    // Stops the thread and drops what is queued and everything that waits; later shared() starts
    // anew, and waits until all of that is gone. Safe to call twice, and when nothing was started.
    // Call without the GIL: it joins the thread.
    static void stop() noexcept;
    // For pthread_atfork's child side: forgets the parent's engine without touching its thread, and
    // closes its descriptors. shared() registers it itself; calling it again does nothing.
    static void forget_after_fork() noexcept;
    // Counts engine starts, stops and forks: an object that kept a pointer to engine state compares
    // it to notice that the state is gone. Objects of a forked parent's engine must be leaked, not
    // destroyed.
    static unsigned generation() noexcept;

    // Runs `work` on the engine thread, in order of submission; many submissions share one wake-up.
    // After stop() the work is destroyed at once.
    virtual void submit(std::unique_ptr<job> work) noexcept = 0;
    virtual asio::io_context& context() noexcept = 0;
    virtual executor get_executor() noexcept = 0;
    virtual deadline_wheel& wheel() noexcept = 0;
    virtual resolver& dns() noexcept = 0;
    virtual tls_contexts& tls() noexcept = 0;
    virtual file_reader& files() noexcept = 0;
    // Engine thread: `who` is told when the engine stops, unless it is destroyed before.
    virtual void settle(resident& who) noexcept = 0;
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
