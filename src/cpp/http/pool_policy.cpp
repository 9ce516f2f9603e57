#include "http/pool_policy.hpp"

namespace oai::http {

pool_policy::grant pool_policy::acquire(pool_waiter& who, time_point now) {
    if (!who.fresh)
        if (pooled_connection* kept = take_freshest(who.origin, now)) return {verdict::reuse, kept};
    if (open_ < limits_.max_connections) {
        ++open_;
        return {verdict::open, nullptr};
    }
    // The slot of the idle connection passes to the new one.
    if (pooled_connection* oldest = by_age_.front()) {
        unlink(*oldest);
        return {verdict::open, oldest};
    }
    queue_.push_back(who);
    return {};
}

pool_policy::handover pool_policy::release(pooled_connection& done, bool reusable, time_point now) {
    if (pool_waiter* first = queue_.front(); first && reusable) {
        queue_.erase(*first);
        if (first->origin == done.origin && !first->fresh) return {nullptr, first, &done};
        return {&done, first, nullptr};
    }
    handover result;
    if (reusable && limits_.max_idle > 0) {
        link(done, now);
        return result;
    }
    result = slot_freed();
    result.close = &done;
    return result;
}

pool_policy::handover pool_policy::open_failed() {
    return slot_freed();
}

pooled_connection* pool_policy::replace_dead(pooled_connection& dead, time_point now) {
    pooled_connection* other = take_freshest(dead.origin, now);
    // With an idle connection at hand nobody was waiting for the slot that is left over.
    if (other != nullptr) --open_;
    return other;
}

bool pool_policy::cancel(pool_waiter& who) noexcept {
    if (!who.waiting()) return false;
    queue_.erase(who);
    return true;
}

void pool_policy::forget_idle(pooled_connection& gone) noexcept {
    unlink(gone);
    --open_;
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
    if (oldest != nullptr) forget_idle(*oldest);
    return oldest;
}

pool_waiter* pool_policy::pop_waiter() noexcept {
    pool_waiter* first = queue_.front();
    if (first != nullptr) queue_.erase(*first);
    return first;
}

std::uint64_t pool_policy::operations() const noexcept {
    std::uint64_t total = by_age_.operations() + queue_.operations();
    for (const origin_list& list : by_origin_) total += list.operations();
    return total;
}

bool pool_policy::expired(const pooled_connection& idle, time_point now) const noexcept {
    return limits_.idle_expiry && now - idle.idle_since >= *limits_.idle_expiry;
}

pooled_connection* pool_policy::take_freshest(origin_id origin, time_point now) noexcept {
    if (origin >= by_origin_.size()) return nullptr;
    pooled_connection* freshest = by_origin_[origin].back();
    if (freshest == nullptr || expired(*freshest, now)) return nullptr;
    unlink(*freshest);
    return freshest;
}

void pool_policy::unlink(pooled_connection& idle) noexcept {
    by_origin_[idle.origin].erase(idle);
    by_age_.erase(idle);
}

void pool_policy::link(pooled_connection& done, time_point now) {
    if (done.origin >= by_origin_.size()) by_origin_.resize(done.origin + std::size_t{1});
    done.idle_since = now;
    by_origin_[done.origin].push_back(done);
    by_age_.push_back(done);
}

// The slot goes to the first waiter, who opens a connection of his own, or becomes free.
pool_policy::handover pool_policy::slot_freed() noexcept {
    handover result;
    result.to = pop_waiter();
    if (result.to == nullptr) --open_;
    return result;
}

}  // namespace oai::http
