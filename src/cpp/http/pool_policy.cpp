#include "http/pool_policy.hpp"

#include <algorithm>

namespace oai::http {

void pool_policy::expect(origin_id of, carries what) {
    state(of).expected = what;
}

pool_policy::grant pool_policy::acquire(pool_waiter& who, time_point now) {
    origin_state& at = state(who.origin);
    if (!who.fresh) {
        if (pooled_connection* busy = take_roomy(at, now)) return {verdict::reuse, busy};
        if (pooled_connection* kept = take_freshest(at, now)) return {verdict::reuse, kept};
    }
    if (at.following.size() < supply(at)) {
        follow(who);
        return {};
    }
    grant result;
    if (take_slot(at, result.connection)) {
        begin_opening(who);
        result.what = verdict::open;
    } else {
        enqueue(who);
    }
    return result;
}

void pool_policy::opened(pool_waiter& who, pooled_connection& made, carries what,
                         std::size_t capacity) {
    end_opening(who);
    origin_state& at = state(made.origin);
    at.expected = what;
    made.capacity = std::min(capacity, shared_by(at));
    look_for_room(made);
}

pool_policy::handover pool_policy::open_failed(pool_waiter& who) {
    end_opening(who);
    return slot_freed(state(who.origin));
}

pool_policy::handover pool_policy::release(pooled_connection& done, bool reusable, time_point now) {
    origin_state& at = state(done.origin);
    --done.in_use;
    done.retired |= !reusable || now >= done.good_until;
    look_for_room(done);
    if (done.in_use > 0) {
        if (!done.with_room.linked) return {};
        pool_waiter* next = at.following.front();
        if (next == nullptr) next = at.queued.front();
        return next != nullptr ? pass_use(done, *next) : handover();
    }
    if (!done.retired) {
        --at.open;
        pool_waiter* first = next_in_line();
        ++at.open;
        if (first != nullptr && first->origin == done.origin && !first->fresh)
            return pass_use(done, *first);
        if (first == nullptr && !at.following.empty()) return pass_use(done, *at.following.front());
        if (first == nullptr && limits_.max_idle > 0) {
            link(done, now);
            return {};
        }
    }
    handover result = slot_freed(at);
    result.close = &done;
    return result;
}

void pool_policy::resized(pooled_connection& one, std::size_t capacity) noexcept {
    state(one.origin).told = std::max<std::size_t>(capacity, 1);
    one.capacity = capacity;
    if (!one.idle()) look_for_room(one);
}

pool_policy::handover pool_policy::retire(pooled_connection& one) {
    one.retired = true;
    look_for_room(one);
    if (!one.idle()) return {};
    unlink(one);
    handover result = slot_freed(state(one.origin));
    result.close = &one;
    return result;
}

pool_policy::handover pool_policy::serve(origin_id of) {
    origin_state& at = state(of);
    while (pool_waiter* next = at.following.front()) {
        if (pooled_connection* busy = at.roomy.front()) return pass_use(*busy, *next);
        if (at.following.size() <= supply(at)) return {};
        handover result;
        dequeue(*next);
        if (take_slot(at, result.close)) {
            begin_opening(*next);
            result.to = next;
            return result;
        }
        enqueue(*next);
    }
    pool_waiter* queued = at.queued.front();
    pooled_connection* busy = at.roomy.front();
    return queued != nullptr && busy != nullptr ? pass_use(*busy, *queued) : handover();
}

pooled_connection* pool_policy::replace_dead(pool_waiter& who, pooled_connection& dead,
                                             time_point now) {
    dead.retired = true;
    look_for_room(dead);
    origin_state& at = state(dead.origin);
    pooled_connection* other = take_roomy(at, now);
    if (other == nullptr) other = take_freshest(at, now);
    // With another connection at hand nobody was waiting for the slot that is left over.
    if (other == nullptr) {
        begin_opening(who);
    } else {
        --open_;
        --at.open;
    }
    return other;
}

bool pool_policy::cancel(pool_waiter& who) noexcept {
    if (!who.waiting()) return false;
    dequeue(who);
    return true;
}

pooled_connection* pool_policy::pop_expired(time_point now) noexcept {
    const auto next = next_expiry();
    return next && *next <= now ? pop_idle() : nullptr;
}

std::optional<time_point> pool_policy::next_expiry() const noexcept {
    const pooled_connection* oldest = by_age_.front();
    if (oldest == nullptr) return std::nullopt;
    limit kept = limits_.idle_expiry;
    if (surplus() && (!kept || limits_.surplus_expiry < *kept)) kept = limits_.surplus_expiry;
    if (!kept) return std::nullopt;
    return oldest->idle_since + *kept;
}

pooled_connection* pool_policy::pop_idle() noexcept {
    pooled_connection* oldest = by_age_.front();
    if (oldest != nullptr) {
        unlink(*oldest);
        --open_;
        --state(oldest->origin).open;
    }
    return oldest;
}

pool_waiter* pool_policy::pop_waiter() noexcept {
    pool_waiter* first = queue_.front();
    for (origin_state& at : origins_) {
        if (first != nullptr || following_ == 0) break;
        first = at.following.front();
    }
    if (first != nullptr) dequeue(*first);
    return first;
}

std::uint64_t pool_policy::operations() const noexcept {
    std::uint64_t total = by_age_.operations() + queue_.operations();
    for (const origin_state& at : origins_)
        total += at.idle.operations() + at.roomy.operations() + at.following.operations() +
                 at.queued.operations();
    return total;
}

pool_policy::origin_state& pool_policy::state(origin_id of) {
    if (of >= origins_.size()) origins_.resize(of + std::size_t{1});
    return origins_[of];
}

// Exchanges that a connection of this origin will carry, by what is known of it.
std::size_t pool_policy::shared_by(const origin_state& at) const noexcept {
    return at.told > 0 ? std::min(at.told, limits_.most_shared) : limits_.most_shared;
}

// How many waiters the connections being opened will have room for.
std::size_t pool_policy::supply(const origin_state& at) const noexcept {
    return at.opening * (shared_by(at) - 1);
}

bool pool_policy::expired(const pooled_connection& idle, time_point now) const noexcept {
    return now >= idle.good_until ||
           (limits_.idle_expiry && now - idle.idle_since >= *limits_.idle_expiry);
}

pooled_connection* pool_policy::take_roomy(origin_state& at, time_point now) noexcept {
    pooled_connection* busy = at.roomy.front();
    while (busy != nullptr && now >= busy->good_until) {
        busy->retired = true;
        look_for_room(*busy);
        busy = at.roomy.front();
    }
    if (busy == nullptr) return nullptr;
    ++busy->in_use;
    look_for_room(*busy);
    return busy;
}

pooled_connection* pool_policy::take_freshest(origin_state& at, time_point now) noexcept {
    pooled_connection* freshest = at.idle.back();
    if (freshest == nullptr || expired(*freshest, now)) return nullptr;
    unlink(*freshest);
    freshest->in_use = 1;
    look_for_room(*freshest);
    return freshest;
}

// Among those with room, or not, as it is now.
void pool_policy::look_for_room(pooled_connection& one) noexcept {
    const bool room = one.in_use > 0 && one.in_use < one.capacity && !one.retired;
    if (room == one.with_room.linked) return;
    auto& roomy = state(one.origin).roomy;
    if (room)
        roomy.push_back(one);
    else
        roomy.erase(one);
}

void pool_policy::unlink(pooled_connection& idle) noexcept {
    state(idle.origin).idle.erase(idle);
    by_age_.erase(idle);
}

void pool_policy::link(pooled_connection& done, time_point now) {
    done.idle_since = now;
    state(done.origin).idle.push_back(done);
    by_age_.push_back(done);
}

// A slot that is free, or that of an idle connection, which then is to be closed.
bool pool_policy::take_slot(origin_state& at, pooled_connection*& evicted) noexcept {
    if (has_quota(at) && open_ < limits_.max_connections) {
        ++open_;
        ++at.open;
        return true;
    }
    evicted = has_quota(at) ? by_age_.front() : at.idle.front();
    if (evicted == nullptr) return false;
    unlink(*evicted);
    --state(evicted->origin).open;
    ++at.open;
    return true;
}

// Of those who wait for a slot and may have it, who has waited longest.
pool_waiter* pool_policy::next_in_line() noexcept {
    if (limits_.max_per_origin == pool_limits::no_limit) return queue_.front();
    pool_waiter* next = nullptr;
    for (const origin_state& at : origins_) {
        pool_waiter* first = has_quota(at) ? at.queued.front() : nullptr;
        if (first != nullptr && (next == nullptr || first->ticket < next->ticket)) next = first;
    }
    return next;
}

// Those who wait for a slot follow it as far as it will have room.
void pool_policy::begin_opening(pool_waiter& who) {
    origin_state& at = state(who.origin);
    if (at.expected == carries::one) return;
    who.opens_shared = true;
    ++at.opening;
    while (pool_waiter* next = at.queued.front()) {
        if (at.following.size() >= supply(at)) return;
        dequeue(*next);
        follow(*next);
    }
}

void pool_policy::end_opening(pool_waiter& who) noexcept {
    if (!who.opens_shared) return;
    who.opens_shared = false;
    --state(who.origin).opening;
}

void pool_policy::enqueue(pool_waiter& who) noexcept {
    who.ticket = ++tickets_;
    queue_.push_back(who);
    state(who.origin).queued.push_back(who);
}

void pool_policy::follow(pool_waiter& who) noexcept {
    state(who.origin).following.push_back(who);
    ++following_;
}

void pool_policy::dequeue(pool_waiter& who) noexcept {
    origin_state& at = state(who.origin);
    if (who.in_queue.linked) {
        queue_.erase(who);
        at.queued.erase(who);
    } else {
        at.following.erase(who);
        --following_;
    }
}

pool_policy::handover pool_policy::pass_use(pooled_connection& one, pool_waiter& to) noexcept {
    dequeue(to);
    ++one.in_use;
    look_for_room(one);
    return {nullptr, &to, &one};
}

// The slot goes to the first who waits for one, to open a connection of its own, or becomes free.
pool_policy::handover pool_policy::slot_freed(origin_state& at) {
    --at.open;
    handover result;
    result.to = next_in_line();
    if (result.to == nullptr) {
        --open_;
        return result;
    }
    ++state(result.to->origin).open;
    dequeue(*result.to);
    begin_opening(*result.to);
    return result;
}

}  // namespace oai::http
