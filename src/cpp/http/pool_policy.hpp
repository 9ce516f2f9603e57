// Which call gets which connection: decisions of the pool without sockets or clock. Engine thread
// only.
//
// A slot is the right to have one connection open; there are `max_connections` of them. Whoever is
// told `reuse` or `open` holds one until release() or open_failed(). While somebody waits, every
// slot is taken and no connection is idle: an idle one of any origin is closed rather than let a
// call wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/clock.hpp"
#include "http/linked_list.hpp"

namespace oai::http {

struct pool_limits {
    std::size_t max_connections = 1000;
    std::size_t max_idle = 100;
    limit idle_expiry = milliseconds(5'000);
    // How long idle connections above max_idle are kept: a burst larger than max_idle whose calls
    // end together and begin anew finds its connections again instead of opening hundreds each
    // time.
    milliseconds surplus_expiry{1'000};
};

// Origins are numbered from 0 by the pool.
using origin_id = std::uint32_t;

// Base of the pool's connections.
struct pooled_connection {
    explicit pooled_connection(origin_id where) noexcept : origin(where) {}

    const origin_id origin;
    bool idle() const noexcept { return by_age.linked; }

  private:
    friend class pool_policy;
    list_hook<pooled_connection> by_origin, by_age;
    time_point idle_since;
};

// Base of what the pool keeps for a waiting acquire.
struct pool_waiter {
    pool_waiter(origin_id where, bool wants_fresh) noexcept : origin(where), fresh(wants_fresh) {}

    const origin_id origin;
    const bool fresh;  // do not reuse an idle connection
    bool waiting() const noexcept { return queued.linked; }

  private:
    friend class pool_policy;
    list_hook<pool_waiter> queued;
};

class pool_policy {
  public:
    enum class verdict {
        reuse,  // take `connection`, no longer idle
        open,   // open a new connection; close `connection` first, if there is one
        wait,   // the waiter is queued until a handover names it, or cancel()
    };
    struct grant {
        verdict what = verdict::wait;
        pooled_connection* connection = nullptr;
    };

    // What follows from a slot that became free; the caller performs both parts.
    struct handover {
        pooled_connection* close = nullptr;  // forgotten by the policy: close it
        pool_waiter* to = nullptr;           // this waiter holds a slot now:
        pooled_connection* reuse = nullptr;  // on this connection, or on a new one if null
    };

    explicit pool_policy(pool_limits limits) : limits_(limits) {}

    grant acquire(pool_waiter& who, time_point now);
    // The holder of a slot gives it back with its connection; `reusable`: fit for another exchange.
    handover release(pooled_connection& done, bool reusable, time_point now);
    // The holder of a slot gives it back without a connection: opening failed or was given up.
    handover open_failed();
    // `dead` had just been granted, and its peer has closed it: the freshest idle connection of the
    // origin in its place, or null: the slot stays with the caller, who opens a new one. Close
    // `dead` either way.
    pooled_connection* replace_dead(pooled_connection& dead, time_point now);
    // False if the waiter was not queued (it holds a slot, or was cancelled before).
    bool cancel(pool_waiter& who) noexcept;

    // An idle connection was closed by its peer: forgets it. Nobody can be waiting then.
    void forget_idle(pooled_connection& gone) noexcept;
    // The longest idle connection if it has outlived its expiry, forgotten: close it and ask again.
    pooled_connection* pop_expired(time_point now) noexcept;
    // When pop_expired() will next have something; nullopt: not before another release.
    std::optional<time_point> next_expiry() const noexcept;

    // For closing the pool: one idle connection, or waiter, at a time until null.
    pooled_connection* pop_idle() noexcept;
    pool_waiter* pop_waiter() noexcept;

    std::size_t open() const noexcept { return open_; }  // slots in use: idle, busy or opening
    std::size_t idle() const noexcept { return by_age_.size(); }
    std::size_t waiting() const noexcept { return queue_.size(); }
    std::uint64_t operations() const noexcept;  // list operations so far, for tests

  private:
    using origin_list = linked_list<pooled_connection, &pooled_connection::by_origin>;

    bool expired(const pooled_connection& idle, time_point now) const noexcept;
    bool surplus() const noexcept { return by_age_.size() > limits_.max_idle; }
    pooled_connection* take_freshest(origin_id origin, time_point now) noexcept;
    void unlink(pooled_connection& idle) noexcept;
    void link(pooled_connection& done, time_point now);
    handover slot_freed() noexcept;

    pool_limits limits_;
    std::size_t open_ = 0;
    std::vector<origin_list> by_origin_;                                 // idle, freshest last
    linked_list<pooled_connection, &pooled_connection::by_age> by_age_;  // idle, all origins
    linked_list<pool_waiter, &pool_waiter::queued> queue_;
};

}  // namespace oai::http
