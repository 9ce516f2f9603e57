// Which call gets which connection: decisions of the pool without sockets or clock. Engine thread
// only.
//
// A slot is the right to have one connection open; there are `max_connections` of them. Whoever is
// told `open` holds one until opened() or open_failed(); whoever is told `reuse` has a use of that
// connection until release(). While somebody waits for a slot, every slot is taken and no
// connection is idle: an idle one of any origin is closed rather than let a call wait. With
// `max_per_origin` calls of an origin that has so many wait for its own; a slot that becomes free
// goes to whoever of those that could use it has waited longest.
//
// An origin whose connections carry many exchanges (HTTP/2) opens as many as its calls need: calls
// beyond the first of each opening follow it, and are served when it has opened. Until the first
// connection has told what the origin speaks it is taken for such an origin.
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
    // Exchanges on one connection at a time, where it can carry many: one lost packet stalls no
    // more than these.
    std::size_t most_shared = 100;
    std::size_t max_per_origin = no_limit;
    limit max_age{};  // of a connection; up to a tenth less, so that not all end together

    static constexpr std::size_t no_limit = static_cast<std::size_t>(-1);
};

// Exchanges that one connection of an origin carries at a time.
enum class carries : std::uint8_t { one, many, unknown };

// Origins are numbered from 0 by the pool.
using origin_id = std::uint32_t;

// Base of the pool's connections.
struct pooled_connection {
    explicit pooled_connection(origin_id where) noexcept : origin(where) {}

    const origin_id origin;
    time_point good_until = time_point::max();  // carries no further exchange then
    bool idle() const noexcept { return by_age.linked; }

  private:
    friend class pool_policy;
    list_hook<pooled_connection> by_origin, by_age, with_room;
    time_point idle_since;
    std::size_t in_use = 1, capacity = 1;
    bool retired = false;  // carries no further exchange
};

// Base of what the pool keeps for a waiting acquire.
struct pool_waiter {
    pool_waiter(origin_id where, bool wants_fresh) noexcept : origin(where), fresh(wants_fresh) {}

    const origin_id origin;
    const bool fresh;  // do not reuse a connection
    bool waiting() const noexcept { return of_origin.linked; }
    // It waits for a connection that somebody else opens.
    bool follows() const noexcept { return of_origin.linked && !in_queue.linked; }

  private:
    friend class pool_policy;
    list_hook<pool_waiter> in_queue, of_origin;
    std::uint64_t ticket = 0;   // in the order of waiting
    bool opens_shared = false;  // opens a connection that others follow
};

class pool_policy {
  public:
    enum class verdict {
        reuse,  // a use of `connection`
        open,   // open a new connection; close `connection` first, if there is one
        wait,   // the waiter is queued until a handover names it, or cancel()
    };
    struct grant {
        verdict what = verdict::wait;
        pooled_connection* connection = nullptr;
    };

    // What follows from an event; the caller performs both parts.
    struct handover {
        pooled_connection* close = nullptr;  // forgotten by the policy: close it
        pool_waiter* to = nullptr;           // this waiter's turn has come:
        pooled_connection* reuse = nullptr;  // on this connection, or on a new one if null
    };

    explicit pool_policy(pool_limits limits) : limits_(limits) {}

    // Before the first acquire for this origin, and when it turns out otherwise. Default: one.
    void expect(origin_id of, carries what);
    carries expected(origin_id of) noexcept { return state(of).expected; }
    grant acquire(pool_waiter& who, time_point now);
    // The connection that `who` was to open is there, and in use by `who`; call serve() next.
    void opened(pool_waiter& who, pooled_connection& made, carries what, std::size_t capacity);
    // It could not be opened, or was given up; call serve() next.
    handover open_failed(pool_waiter& who);
    // One use less; `reusable`: fit for another exchange.
    handover release(pooled_connection& done, bool reusable, time_point now);
    // It can carry `capacity` exchanges from now on; call serve() next.
    void resized(pooled_connection& one, std::size_t capacity) noexcept;
    // Its peer takes no further exchange; those under way go on. One that is idle is to be closed.
    handover retire(pooled_connection& one);
    // Waiters of this origin that can go on now: call until it names nobody.
    handover serve(origin_id of);
    // `dead` had just been granted to `who`, and its peer has closed it: another connection of the
    // origin in its place, or null: the slot stays with `who`, who opens a new one. Close `dead`
    // either way.
    pooled_connection* replace_dead(pool_waiter& who, pooled_connection& dead, time_point now);
    // False if the waiter was not waiting (its turn has come, or it was cancelled before).
    bool cancel(pool_waiter& who) noexcept;

    // The longest idle connection if it has outlived its expiry, forgotten: close it and ask again.
    pooled_connection* pop_expired(time_point now) noexcept;
    // When pop_expired() will next have something; nullopt: not before another release.
    std::optional<time_point> next_expiry() const noexcept;

    // For closing the pool: one idle connection, or waiter, at a time until null.
    pooled_connection* pop_idle() noexcept;
    pool_waiter* pop_waiter() noexcept;

    std::size_t open() const noexcept { return open_; }  // slots in use: idle, busy or opening
    std::size_t idle() const noexcept { return by_age_.size(); }
    std::size_t waiting() const noexcept { return queue_.size() + following_; }
    std::uint64_t operations() const noexcept;  // list operations so far, for tests

  private:
    using waiter_list = linked_list<pool_waiter, &pool_waiter::of_origin>;

    struct origin_state {
        linked_list<pooled_connection, &pooled_connection::by_origin> idle;   // freshest last
        linked_list<pooled_connection, &pooled_connection::with_room> roomy;  // busy, not full
        waiter_list following;    // wait for a connection that is being opened
        waiter_list queued;       // wait for a slot, in queue_ too
        std::size_t opening = 0;  // connections that others follow
        std::size_t open = 0;     // slots in use
        std::size_t told = 0;     // what a peer said one connection carries; 0: nothing yet
        carries expected = carries::one;
    };

    origin_state& state(origin_id of);
    std::size_t shared_by(const origin_state& at) const noexcept;
    std::size_t supply(const origin_state& at) const noexcept;
    bool expired(const pooled_connection& idle, time_point now) const noexcept;
    bool surplus() const noexcept { return by_age_.size() > limits_.max_idle; }
    bool has_quota(const origin_state& at) const noexcept {
        return at.open < limits_.max_per_origin;
    }
    pooled_connection* take_roomy(origin_state& at, time_point now) noexcept;
    pooled_connection* take_freshest(origin_state& at, time_point now) noexcept;
    void look_for_room(pooled_connection& one) noexcept;
    void unlink(pooled_connection& idle) noexcept;
    void link(pooled_connection& done, time_point now);
    bool take_slot(origin_state& at, pooled_connection*& evicted) noexcept;
    pool_waiter* next_in_line() noexcept;
    void begin_opening(pool_waiter& who);
    void end_opening(pool_waiter& who) noexcept;
    void enqueue(pool_waiter& who) noexcept;
    void follow(pool_waiter& who) noexcept;
    void dequeue(pool_waiter& who) noexcept;
    handover pass_use(pooled_connection& one, pool_waiter& to) noexcept;
    handover slot_freed(origin_state& at);

    pool_limits limits_;
    std::size_t open_ = 0, following_ = 0;
    std::uint64_t tickets_ = 0;
    std::vector<origin_state> origins_;
    linked_list<pooled_connection, &pooled_connection::by_age> by_age_;  // idle, all origins
    linked_list<pool_waiter, &pool_waiter::in_queue> queue_;             // wait for a slot
};

}  // namespace oai::http
