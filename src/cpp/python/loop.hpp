// One running event loop as the core sees it: its completion port, the tickets of what waits on it,
// and the reader that drains the port. GIL held everywhere here; no Python reference leaves this
// room.
#pragma once

#include <Python.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "bridge/loop_port.hpp"
#include "python/arrival.hpp"
#include "python/refs.hpp"

namespace oai::python {

// Something that waits for arrivals under a ticket.
class receiver {
  public:
    virtual ~receiver() = default;
    // On the loop's thread, inside the drain. False: KeyboardInterrupt or SystemExit is being
    // raised.
    virtual bool receive(arrival& from) = 0;
    // The loop was closed: nothing will arrive any more.
    virtual void orphan() noexcept = 0;
};

class loop_state : public std::enable_shared_from_this<loop_state> {
  public:
    // The running loop of this thread; null with RuntimeError if none is running.
    static std::shared_ptr<loop_state> current();
    // Drops the states of loops that were closed while something still waited on them.
    static void sweep_closed() noexcept;
    // The process is exiting: close every port and drop what is queued. Loops that still run, in
    // threads that end with the process, hear nothing any more: what would they do with it?
    static void shut_all() noexcept;
    // In a forked child: the parent's loops are not ours.
    static void forget_all() noexcept;
    static long waiting_everywhere() noexcept;

    explicit loop_state(borrowed loop) noexcept : loop_(loop) {}
    ~loop_state();
    loop_state(const loop_state&) = delete;

    // The loop object; valid while the loop lives, which everything that waits on it makes sure of.
    borrowed loop() const noexcept { return loop_; }
    const std::shared_ptr<bridge::loop_port>& port() const noexcept { return port_; }
    // In a child of the process that made it: the engine objects behind its calls are the parent's,
    // to be leaked, not touched.
    bool inherited() const noexcept { return inherited_; }
    // What waits here waits until the process is gone.
    bool silent() const noexcept { return silent_; }

    std::uint64_t enroll(receiver* who);
    void replace(std::uint64_t ticket, receiver* who) noexcept;
    void dismiss(std::uint64_t ticket) noexcept;

    // Handles a bounded number of completions. False with KeyboardInterrupt or SystemExit set.
    bool drain();
    void shut() noexcept;

  private:
    struct slot {
        receiver* who = nullptr;
        std::uint32_t generation = 0;
        std::uint32_t next_free = 0;
    };

    bool watch();
    void silence() noexcept;
    receiver* find(std::uint64_t ticket) const noexcept;
    void take_pending() noexcept;

    borrowed loop_;
    ref weak_;
    std::shared_ptr<bridge::loop_port> port_;
    std::vector<slot> slots_;
    std::uint32_t first_free_ = 0;          // slot number + 1; 0: none
    bridge::completion* oldest_ = nullptr;  // taken from the port, not yet handled
    bridge::completion* newest_ = nullptr;
    bool alive_ = true;  // false after the loop was closed and at exit
    bool inherited_ = false;
    bool silent_ = false;
};

// Reports an exception that nobody awaits to the loop's handler. False: KeyboardInterrupt or
// SystemExit stays raised.
bool report_to_loop(borrowed loop, const char* message, borrowed source) noexcept;

}  // namespace oai::python
