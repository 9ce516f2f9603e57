#include <boost/core/lightweight_test.hpp>

#include <deque>
#include <memory>

#include "support/pool_policy.hpp"

using namespace oai;
using namespace oai::http;
using namespace oai::http::testing;

namespace {

pool_limits limits(std::size_t connections, std::size_t idle) {
    return {connections, idle, milliseconds(1000)};
}

struct connection : pooled_connection {
    using pooled_connection::pooled_connection;
};

// A connection in use, opened under `policy`.
std::unique_ptr<connection> opened(pool_policy& policy, origin_id to) {
    pool_waiter who = plain(to);
    BOOST_TEST(policy.acquire(who, start).what == verdict::open);
    return std::make_unique<connection>(to);
}

void opens_then_reuses_the_freshest() {
    pool_policy policy(limits(10, 10));
    auto first = opened(policy, 0), second = opened(policy, 0);
    BOOST_TEST_EQ(policy.open(), 2u);
    BOOST_TEST(policy.release(*first, true, at(1)).close == nullptr);
    BOOST_TEST(policy.release(*second, true, at(2)).close == nullptr);
    BOOST_TEST_EQ(policy.idle(), 2u);

    pool_waiter who = plain(0);
    const auto grant = policy.acquire(who, at(3));
    BOOST_TEST(grant.what == verdict::reuse);
    BOOST_TEST(grant.connection == second.get());
    BOOST_TEST(!second->idle());
    BOOST_TEST(first->idle());
    BOOST_TEST_EQ(policy.open(), 2u);
}

void another_origin_does_not_reuse() {
    pool_policy policy(limits(10, 10));
    auto first = opened(policy, 0);
    policy.release(*first, true, at(1));
    pool_waiter who = plain(3);
    BOOST_TEST(policy.acquire(who, at(1)).what == verdict::open);
    pool_waiter fresh{0, true};
    BOOST_TEST(policy.acquire(fresh, at(1)).what == verdict::open);
    BOOST_TEST_EQ(policy.open(), 3u);
    BOOST_TEST_EQ(policy.idle(), 1u);
}

void at_the_limit_the_oldest_idle_makes_room() {
    pool_policy policy(limits(2, 10));
    auto first = opened(policy, 0), second = opened(policy, 1);
    policy.release(*first, true, at(1));
    policy.release(*second, true, at(2));
    pool_waiter who = plain(2);
    const auto grant = policy.acquire(who, at(3));
    BOOST_TEST(grant.what == verdict::open);
    BOOST_TEST(grant.connection == first.get());
    BOOST_TEST(!first->idle());
    BOOST_TEST_EQ(policy.open(), 2u);
    BOOST_TEST_EQ(policy.idle(), 1u);
    // A fresh one takes the place even of an idle one of its own origin.
    pool_waiter fresh{1, true};
    BOOST_TEST(policy.acquire(fresh, at(3)).connection == second.get());
}

void waiters_get_the_connection_in_order() {
    pool_policy policy(limits(1, 10));
    auto only = opened(policy, 0);
    pool_waiter a = plain(0), b = plain(0);
    BOOST_TEST(policy.acquire(a, start).what == verdict::wait);
    BOOST_TEST(policy.acquire(b, start).what == verdict::wait);
    BOOST_TEST(a.waiting() && b.waiting());
    BOOST_TEST_EQ(policy.waiting(), 2u);
    auto next = policy.release(*only, true, at(1));
    BOOST_TEST(next.to == &a && next.reuse == only.get() && next.close == nullptr);
    BOOST_TEST(!a.waiting());
    next = policy.release(*only, true, at(2));
    BOOST_TEST(next.to == &b && next.reuse == only.get() && next.close == nullptr);
    next = policy.release(*only, true, at(3));
    BOOST_TEST(next.to == nullptr && next.close == nullptr);
    BOOST_TEST(only->idle());
}

void order_holds_across_origins() {
    pool_policy policy(limits(1, 10));
    auto only = opened(policy, 0);
    pool_waiter other = plain(1), same = plain(0);
    policy.acquire(other, start);
    policy.acquire(same, start);
    // The first in line wants another origin: its turn all the same.
    auto next = policy.release(*only, true, at(1));
    BOOST_TEST(next.to == &other && next.reuse == nullptr && next.close == only.get());
    connection second(1);
    next = policy.release(second, true, at(2));
    BOOST_TEST(next.to == &same && next.reuse == nullptr && next.close == &second);
    BOOST_TEST_EQ(policy.open(), 1u);
}

void a_broken_connection_passes_its_slot_on() {
    pool_policy policy(limits(1, 10));
    auto only = opened(policy, 0);
    pool_waiter a = plain(0), b = plain(0);
    policy.acquire(a, start);
    policy.acquire(b, start);
    auto next = policy.release(*only, false, at(1));
    BOOST_TEST(next.to == &a && next.reuse == nullptr && next.close == only.get());
    next = policy.open_failed(a);
    BOOST_TEST(next.to == &b && next.reuse == nullptr && next.close == nullptr);
    next = policy.open_failed(b);
    BOOST_TEST(next.to == nullptr && next.close == nullptr);
    BOOST_TEST_EQ(policy.open(), 0u);
}

void a_fresh_waiter_gets_a_new_connection() {
    pool_policy policy(limits(1, 10));
    auto only = opened(policy, 0);
    pool_waiter fresh{0, true};
    policy.acquire(fresh, start);
    const auto next = policy.release(*only, true, at(1));
    BOOST_TEST(next.to == &fresh && next.reuse == nullptr && next.close == only.get());
}

void cancelled_waiters_are_passed_over() {
    pool_policy policy(limits(1, 10));
    auto only = opened(policy, 0);
    pool_waiter a = plain(0), b = plain(0), c = plain(0);
    for (pool_waiter* who : {&a, &b, &c}) policy.acquire(*who, start);
    BOOST_TEST(policy.cancel(b));
    BOOST_TEST(!policy.cancel(b));
    BOOST_TEST(policy.cancel(a));
    BOOST_TEST(policy.release(*only, true, at(1)).to == &c);
    BOOST_TEST(!policy.cancel(c));
    BOOST_TEST_EQ(policy.waiting(), 0u);
}

void idle_connections_are_limited() {
    pool_limits two = limits(10, 2);
    two.surplus_expiry = milliseconds(100);
    pool_policy policy(two);
    auto a = opened(policy, 0), b = opened(policy, 1), c = opened(policy, 0);
    policy.release(*a, true, at(1));
    policy.release(*b, true, at(2));
    BOOST_TEST(policy.next_expiry() == at(1001));
    policy.release(*c, true, at(3));
    // One too many: the longest idle one goes soon, unless it is used again before.
    BOOST_TEST(policy.next_expiry() == at(101));
    BOOST_TEST(policy.pop_expired(at(100)) == nullptr);
    BOOST_TEST(policy.pop_expired(at(101)) == a.get());
    BOOST_TEST(policy.pop_expired(at(101)) == nullptr);
    BOOST_TEST_EQ(policy.idle(), 2u);
    BOOST_TEST_EQ(policy.open(), 2u);

    pool_policy none(limits(10, 0));
    auto d = opened(none, 0);
    BOOST_TEST(none.release(*d, true, at(1)).close == d.get());
    BOOST_TEST_EQ(none.open(), 0u);
}

void idle_connections_expire() {
    pool_policy policy(limits(10, 10));
    BOOST_TEST(!policy.next_expiry());
    auto a = opened(policy, 0), b = opened(policy, 1);
    policy.release(*a, true, at(0));
    policy.release(*b, true, at(500));
    BOOST_TEST(policy.next_expiry() == at(1000));
    BOOST_TEST(policy.pop_expired(at(999)) == nullptr);
    BOOST_TEST(policy.pop_expired(at(1000)) == a.get());
    BOOST_TEST(policy.pop_expired(at(1000)) == nullptr);
    BOOST_TEST(policy.next_expiry() == at(1500));
    // Expired but not swept yet: not reused.
    pool_waiter who = plain(1);
    BOOST_TEST(policy.acquire(who, at(1500)).what == verdict::open);
    BOOST_TEST(policy.pop_expired(at(1500)) == b.get());
    BOOST_TEST_EQ(policy.open(), 1u);

    pool_policy patient({10, 10, std::nullopt});
    auto c = opened(patient, 0);
    patient.release(*c, true, at(0));
    BOOST_TEST(!patient.next_expiry());
    BOOST_TEST(patient.pop_expired(at(1'000'000'000)) == nullptr);
    BOOST_TEST(patient.acquire(who, at(1'000'000'000)).what == verdict::open);
    pool_waiter again = plain(0);
    BOOST_TEST(patient.acquire(again, at(1'000'000'000)).connection == c.get());
}

void a_dead_connection_is_replaced() {
    pool_policy policy(limits(10, 10));
    auto a = opened(policy, 0), b = opened(policy, 0);
    policy.release(*a, true, at(1));
    policy.release(*b, true, at(2));
    pool_waiter who = plain(0);
    BOOST_TEST(policy.acquire(who, at(3)).connection == b.get());
    BOOST_TEST(policy.replace_dead(who, *b, at(3)) == a.get());
    BOOST_TEST_EQ(policy.open(), 1u);
    // None left: the caller keeps the slot and opens.
    BOOST_TEST(policy.replace_dead(who, *a, at(3)) == nullptr);
    BOOST_TEST_EQ(policy.open(), 1u);
    BOOST_TEST_EQ(policy.idle(), 0u);
}

void idle_connections_closed_by_the_peer_are_forgotten() {
    pool_policy policy(limits(10, 10));
    auto a = opened(policy, 0), b = opened(policy, 0), c = opened(policy, 0);
    for (connection* one : {a.get(), b.get(), c.get()}) policy.release(*one, true, at(1));
    BOOST_TEST(policy.retire(*b).close == b.get());
    BOOST_TEST_EQ(policy.open(), 2u);
    pool_waiter who = plain(0);
    BOOST_TEST(policy.acquire(who, at(2)).connection == c.get());
    BOOST_TEST(policy.acquire(who, at(2)).connection == a.get());
    BOOST_TEST(policy.acquire(who, at(2)).what == verdict::open);
}

void closing_takes_everything_out() {
    pool_policy policy(limits(1, 10));
    auto a = opened(policy, 0);
    pool_waiter x = plain(0), y = plain(1);
    policy.acquire(x, start);
    policy.acquire(y, start);
    BOOST_TEST(policy.pop_waiter() == &x);
    BOOST_TEST(policy.pop_waiter() == &y);
    BOOST_TEST(policy.pop_waiter() == nullptr);
    policy.release(*a, true, at(1));
    BOOST_TEST(policy.pop_idle() == a.get());
    BOOST_TEST(policy.pop_idle() == nullptr);
    BOOST_TEST_EQ(policy.open(), 0u);
}

// An origin of many exchanges a connection: calls follow those that open.
void a_burst_opens_what_it_needs() {
    pool_limits shared = limits(10, 10);
    shared.most_shared = 3;
    pool_policy policy(shared);
    policy.expect(0, carries::unknown);
    std::deque<pool_waiter> calls;
    std::size_t opening = 0;
    for (int i = 0; i < 7; ++i) {
        calls.emplace_back(0, false);
        opening += policy.acquire(calls.back(), start).what == verdict::open;
    }
    BOOST_TEST_EQ(opening, 3u);  // of three each, for seven
    BOOST_TEST_EQ(policy.waiting(), 4u);
    connection first(0), second(0);
    policy.opened(calls[0], first, carries::many, 3);
    for (int i : {1, 2}) {
        const auto next = policy.serve(0);
        BOOST_TEST(next.to == &calls[static_cast<std::size_t>(i)] && next.reuse == &first);
    }
    BOOST_TEST(policy.serve(0).to == nullptr);
    // One that is released is passed on, though others open.
    BOOST_TEST(policy.release(first, true, at(1)).reuse == &first);
    // A peer that allows fewer is believed before the next connection has told the same.
    policy.resized(first, 2);
    policy.opened(calls[3], second, carries::many, 3);
    BOOST_TEST(policy.serve(0).reuse == &second);
    BOOST_TEST(policy.serve(0).to == nullptr);
    BOOST_TEST_EQ(policy.waiting(), 0u);
}

void an_origin_of_one_exchange_a_connection_opens_for_all() {
    pool_limits shared = limits(3, 10);
    pool_policy policy(shared);
    policy.expect(0, carries::unknown);
    std::deque<pool_waiter> calls;
    for (int i = 0; i < 4; ++i) {
        calls.emplace_back(0, false);
        BOOST_TEST((policy.acquire(calls.back(), start).what == verdict::open) == (i == 0));
    }
    connection first(0);
    policy.opened(calls[0], first, carries::one, 1);
    for (int i : {1, 2}) {
        const auto next = policy.serve(0);
        BOOST_TEST(next.to == &calls[static_cast<std::size_t>(i)] && next.reuse == nullptr);
    }
    BOOST_TEST(policy.serve(0).to == nullptr);  // the pool is full: it waits for a slot
    BOOST_TEST(calls[3].waiting() && !calls[3].follows());
    BOOST_TEST(policy.release(first, true, at(1)).to == &calls[3]);
}

void a_failed_opening_is_tried_by_the_next() {
    pool_policy policy(limits(10, 10));
    policy.expect(0, carries::unknown);
    pool_waiter a = plain(0), b = plain(0);
    BOOST_TEST(policy.acquire(a, start).what == verdict::open);
    BOOST_TEST(policy.acquire(b, start).what == verdict::wait);
    BOOST_TEST(b.follows());
    BOOST_TEST(policy.open_failed(a).to == nullptr);
    const auto next = policy.serve(0);
    BOOST_TEST(next.to == &b && next.reuse == nullptr);
    BOOST_TEST_EQ(policy.open(), 1u);
}

// Operations of one acquire and release with `idle` idle connections and `waiting` waiters around.
std::uint64_t cost(std::size_t idle, std::size_t waiting) {
    pool_policy policy(limits(idle + 1, idle + 1));
    std::deque<connection> connections;
    std::deque<pool_waiter> waiters;
    for (std::size_t i = 0; i <= idle; ++i) {
        pool_waiter who = plain(0);
        BOOST_TEST(policy.acquire(who, start).what == verdict::open);
        connections.emplace_back(0);
    }
    for (std::size_t i = 0; i < waiting; ++i) {
        waiters.emplace_back(0, false);
        BOOST_TEST(policy.acquire(waiters.back(), start).what == verdict::wait);
    }
    if (waiting == 0)
        for (std::size_t i = 0; i < idle; ++i) policy.release(connections[i], true, start);
    const std::uint64_t before = policy.operations();
    pool_waiter who = plain(0);
    policy.acquire(who, at(1));
    policy.release(connections.back(), true, at(1));
    const std::uint64_t spent = policy.operations() - before;
    policy.cancel(who);
    return spent;
}

void cost_does_not_grow() {
    BOOST_TEST_EQ(cost(10, 0), cost(10'000, 0));
    BOOST_TEST_EQ(cost(0, 10), cost(0, 10'000));
    BOOST_TEST_GT(cost(10, 0), 0u);
    BOOST_TEST_LE(cost(10'000, 0), 8u);
    BOOST_TEST_LE(cost(0, 10'000), 8u);
}

}  // namespace

int main() {
    opens_then_reuses_the_freshest();
    another_origin_does_not_reuse();
    at_the_limit_the_oldest_idle_makes_room();
    waiters_get_the_connection_in_order();
    order_holds_across_origins();
    a_broken_connection_passes_its_slot_on();
    a_fresh_waiter_gets_a_new_connection();
    cancelled_waiters_are_passed_over();
    idle_connections_are_limited();
    idle_connections_expire();
    a_dead_connection_is_replaced();
    idle_connections_closed_by_the_peer_are_forgotten();
    closing_takes_everything_out();
    a_burst_opens_what_it_needs();
    an_origin_of_one_exchange_a_connection_opens_for_all();
    a_failed_opening_is_tried_by_the_next();
    cost_does_not_grow();
    return boost::report_errors();
}
