// The pool's policy with a limit per origin, and with a limit of age.
#include <boost/core/lightweight_test.hpp>

#include "support/pool_policy.hpp"

using namespace oai;
using namespace oai::http;
using namespace oai::http::testing;

namespace {

pool_limits quota(std::size_t connections, std::size_t per_origin) {
    pool_limits limits;
    limits.max_connections = connections;
    limits.max_per_origin = per_origin;
    return limits;
}

void an_origin_at_its_limit_waits_while_others_open() {
    pool_policy policy(quota(10, 1));
    pool_waiter first = plain(0), second = plain(0), other = plain(1);
    BOOST_TEST(policy.acquire(first, start).what == verdict::open);
    BOOST_TEST(policy.acquire(second, start).what == verdict::wait);
    BOOST_TEST(policy.acquire(other, start).what == verdict::open);
    BOOST_TEST_EQ(policy.open(), 2u);

    pooled_connection of_first(0), of_other(1);
    BOOST_TEST(policy.release(of_other, true, at(1)).to == nullptr);  // no use to the second
    BOOST_TEST(of_other.idle());
    const auto handed = policy.release(of_first, true, at(2));
    BOOST_TEST(handed.to == &second && handed.reuse == &of_first && handed.close == nullptr);
    BOOST_TEST_EQ(policy.open(), 2u);
}

void a_connection_that_ends_makes_room_for_its_origin() {
    pool_policy policy(quota(10, 1));
    pool_waiter first = plain(0), second = plain(0), third = plain(0);
    policy.acquire(first, start);
    policy.acquire(second, start);
    policy.acquire(third, start);
    pooled_connection one(0);
    auto handed = policy.release(one, false, at(1));
    BOOST_TEST(handed.to == &second && handed.reuse == nullptr && handed.close == &one);
    handed = policy.open_failed(second);
    BOOST_TEST(handed.to == &third && handed.reuse == nullptr);
    BOOST_TEST(policy.open_failed(third).to == nullptr);
    BOOST_TEST_EQ(policy.open(), 0u);
}

// The total is the bottleneck: whoever has waited longest is next, whatever the origin, unless its
// origin has had its share.
void slots_go_round_in_the_order_of_waiting() {
    pool_policy policy(quota(2, 1));
    pool_waiter a1 = plain(0), b1 = plain(1), a2 = plain(0), c1 = plain(2), b2 = plain(1);
    BOOST_TEST(policy.acquire(a1, start).what == verdict::open);
    BOOST_TEST(policy.acquire(b1, start).what == verdict::open);
    for (pool_waiter* who : {&a2, &c1, &b2})
        BOOST_TEST(policy.acquire(*who, start).what == verdict::wait);
    pooled_connection of_b(1), of_a(0);
    // a2 is older than c1, but its origin is full.
    auto handed = policy.release(of_b, true, at(1));
    BOOST_TEST(handed.to == &c1 && handed.close == &of_b);
    handed = policy.release(of_a, true, at(2));
    BOOST_TEST(handed.to == &a2 && handed.reuse == &of_a);
    BOOST_TEST_EQ(policy.waiting(), 1u);
    handed = policy.open_failed(c1);
    BOOST_TEST(handed.to == &b2);
    BOOST_TEST_EQ(policy.open(), 2u);
}

void a_fresh_one_takes_the_place_of_an_idle_one_of_its_origin() {
    pool_policy policy(quota(10, 1));
    pool_waiter first = plain(0), other = plain(1);
    policy.acquire(other, start);
    policy.acquire(first, start);
    pooled_connection of_other(1), of_first(0);
    policy.release(of_other, true, at(1));
    policy.release(of_first, true, at(2));
    pool_waiter fresh{0, true};
    const auto grant = policy.acquire(fresh, at(3));
    BOOST_TEST(grant.what == verdict::open && grant.connection == &of_first);
    BOOST_TEST_EQ(policy.open(), 2u);
    BOOST_TEST_EQ(policy.idle(), 1u);
}

void an_evicted_connection_gives_its_origin_room_again() {
    pool_policy policy(quota(1, 1));
    pool_waiter a = plain(0), b = plain(1), again = plain(0);
    policy.acquire(a, start);
    pooled_connection of_a(0), of_b(1);
    policy.release(of_a, true, at(1));
    BOOST_TEST(policy.acquire(b, at(2)).connection == &of_a);
    policy.release(of_b, true, at(3));
    const auto grant = policy.acquire(again, at(4));
    BOOST_TEST(grant.what == verdict::open && grant.connection == &of_b);
}

void an_old_connection_is_not_kept() {
    pool_policy policy({});
    pool_waiter first = plain(0), second = plain(0);
    policy.acquire(first, start);
    pooled_connection one(0);
    one.good_until = at(100);
    BOOST_TEST(policy.release(one, true, at(50)).close == nullptr);
    BOOST_TEST(policy.acquire(second, at(99)).connection == &one);
    BOOST_TEST(policy.release(one, true, at(100)).close == &one);
    BOOST_TEST_EQ(policy.open(), 0u);
}

void nor_taken_up_again() {
    pool_policy policy({});
    pool_waiter first = plain(0), second = plain(0);
    policy.acquire(first, start);
    pooled_connection one(0);
    one.good_until = at(100);
    policy.release(one, true, at(50));
    BOOST_TEST(policy.acquire(second, at(100)).what == verdict::open);
}

void an_old_shared_connection_takes_no_further_exchange() {
    pool_policy policy({});
    policy.expect(0, carries::many);
    pool_waiter first = plain(0), second = plain(0), third = plain(0);
    policy.acquire(first, start);
    pooled_connection shared(0);
    policy.opened(first, shared, carries::many, 100);
    shared.good_until = at(100);
    BOOST_TEST(policy.acquire(second, at(99)).connection == &shared);
    BOOST_TEST(policy.acquire(third, at(100)).what == verdict::open);
    BOOST_TEST(policy.release(shared, true, at(101)).close == nullptr);
    BOOST_TEST(policy.release(shared, true, at(102)).close == &shared);
}

}  // namespace

int main() {
    an_origin_at_its_limit_waits_while_others_open();
    a_connection_that_ends_makes_room_for_its_origin();
    slots_go_round_in_the_order_of_waiting();
    a_fresh_one_takes_the_place_of_an_idle_one_of_its_origin();
    an_evicted_connection_gives_its_origin_room_again();
    an_old_connection_is_not_kept();
    nor_taken_up_again();
    an_old_shared_connection_takes_no_further_exchange();
    return boost::report_errors();
}
