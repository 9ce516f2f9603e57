// The hashed wheel behind deadline_wheel, without a timer: time comes in as an argument. Engine
// thread.
//
// A deadline sits in the slot of the tick at which it is looked at next; moving it later, or
// disarming it, only changes its instant, and the visit puts it right. So a timeout moved at every
// read costs a store.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/clock.hpp"
#include "net/ring.hpp"

namespace oai::net {

class deadline_slots;

struct deadline_node : ring {
    virtual ~deadline_node() = default;
    virtual void expired() noexcept = 0;

    time_point when = time_point::max();  // max: not armed
    std::int64_t visit = 0;               // the tick at which the slot is looked at
};

class deadline_slots {
  public:
    static constexpr milliseconds tick{10};
    static constexpr std::size_t count = 1024;

    explicit deadline_slots(time_point start) noexcept : start_(start) {}
    ~deadline_slots();
    deadline_slots(const deadline_slots&) = delete;

    // True: the node was put into a slot, so next() may be sooner than before.
    bool arm(deadline_node& node, time_point when) noexcept;
    // Runs what is due at `now`, earlier ticks first.
    void advance(time_point now) noexcept;
    // When advance() has something to look at; nullopt: nothing is armed.
    std::optional<time_point> next() const noexcept;

  private:
    std::int64_t due_tick(time_point when) const noexcept;
    void link(deadline_node& node) noexcept;
    void visit(std::size_t slot) noexcept;

    time_point start_;
    std::int64_t current_ = 0;  // the last tick advance() has seen
    std::array<ring, count> slots_;
    std::array<std::uint64_t, count / 64> occupied_{};
};

}  // namespace oai::net
