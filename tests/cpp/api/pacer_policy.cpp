#include "api/pacer_policy.hpp"

#include <boost/core/lightweight_test.hpp>

#include <deque>

using namespace oai;
using namespace oai::api;

namespace {

constexpr auto never = time_point::max();
const time_point start = time_point() + std::chrono::hours(1);

time_point after(double seconds) {
    return start + std::chrono::microseconds(static_cast<long long>(seconds * 1e6));
}

double wait(pacer_policy& policy, double now, std::int64_t tokens = 0) {
    const time_point ready = policy.ready_at(after(now), tokens);
    if (ready == never) return -1;
    return std::chrono::duration<double>(ready - after(now)).count();
}

bool about(double value, double expected) {
    return value > expected - 1e-3 && value < expected + 1e-3;
}

pacer_settings limited(std::int64_t requests, std::optional<std::int64_t> tokens = {}) {
    pacer_settings wanted;
    wanted.requests_per_minute = requests;
    wanted.tokens_per_minute = tokens;
    return wanted;
}

rate_report answer(std::int64_t limit, std::int64_t remaining, milliseconds reset) {
    rate_report said;
    said.requests = {limit, remaining, reset};
    return said;
}

void a_limit_that_was_set_is_kept_smooth() {
    pacer_policy policy(limited(240), start);
    // Half a second's worth at once, then one each quarter.
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(about(wait(policy, 0), 0));
        policy.take(0);
    }
    BOOST_TEST(about(wait(policy, 0), 0.25));
    BOOST_TEST(about(wait(policy, 0.2), 0.05));
    BOOST_TEST(about(wait(policy, 0.25), 0));
    policy.take(0);
    BOOST_TEST(about(wait(policy, 0.25), 0.25));
    // However long nothing happens, there is never more.
    for (int i = 0; i < 2; ++i) {
        BOOST_TEST(about(wait(policy, 1000), 0));
        policy.take(0);
    }
    BOOST_TEST(about(wait(policy, 1000), 0.25));
}

void tokens_have_a_limit_of_their_own() {
    pacer_policy policy(limited(60'000, 12'000), start);  // 200 tokens a second
    BOOST_TEST(about(wait(policy, 0, 60), 0));
    policy.take(60);
    BOOST_TEST(about(wait(policy, 0, 60), 0.1));
    // More than ever fits: goes when all is there, and those behind it pay.
    BOOST_TEST(about(wait(policy, 0, 1000), 0.3));
    const grant large = policy.take(1000);
    BOOST_TEST(about(wait(policy, 0, 100), 5.3));
    // It took less than it might have.
    policy.settle(large, 500);
    BOOST_TEST(about(wait(policy, 0, 100), 2.8));
}

void calls_in_flight_are_bounded() {
    pacer_settings wanted;
    wanted.max_in_flight = 2;
    wanted.adaptive = false;
    pacer_policy policy(wanted, start);
    policy.take(0);
    policy.take(0);
    BOOST_TEST_EQ(wait(policy, 0), -1);
    policy.end();
    BOOST_TEST(about(wait(policy, 0), 0));
}

void what_the_server_tells_is_mirrored() {
    pacer_policy policy(pacer_settings{}, start);
    const grant first = policy.take(0);
    for (int i = 0; i < 7; ++i) policy.take(0);
    BOOST_TEST_EQ(wait(policy, 0), -1);  // nobody knows yet what the limit is
    // 600 a minute and 60 at once: 52 should be there when the 7 others have been counted, of which
    // a quarter of a second's worth is left alone.
    policy.learn(first, answer(600, 59, milliseconds(100)), after(0.1), after(0.1));
    BOOST_TEST_EQ(policy.requests_per_minute(), 600);
    for (int i = 0; i < 49; ++i) {
        BOOST_TEST(about(wait(policy, 0.1), 0));
        policy.take(0);
    }
    BOOST_TEST(about(wait(policy, 0.1), 0.05));
    // Somebody else uses the same limit: what answers agree on for half a second is believed.
    const grant last = policy.take(0);
    policy.learn(last, answer(600, 30, milliseconds(3000)), after(0.2), after(0.3));
    policy.learn(last, answer(600, 10, milliseconds(5000)), after(1), after(1.1));
    BOOST_TEST(about(wait(policy, 1.1), 0));
    policy.learn(last, answer(600, 0, milliseconds(6000)), after(2), after(2));
    BOOST_TEST(about(wait(policy, 2), 0.35));
}

void a_lower_limit_that_was_set_stands() {
    pacer_policy policy(limited(60), start);
    const grant first = policy.take(0);
    policy.learn(first, answer(6000, 5999, milliseconds(10)), start, start);
    BOOST_TEST_EQ(policy.requests_per_minute(), 60);
    BOOST_TEST(about(wait(policy, 0), 1));
    pacer_policy higher(limited(6000), start);
    higher.learn(higher.take(0), answer(60, 59, milliseconds(1000)), start, start);
    BOOST_TEST_EQ(higher.requests_per_minute(), 60);
}

void a_refused_call_lowers_the_pace_once() {
    pacer_policy policy(limited(600), start);
    std::deque<grant> out;
    for (int i = 0; i < 5; ++i) out.push_back(policy.take(0));
    rate_report no;
    no.refused = true;
    no.retry_after = milliseconds(3000);
    for (const grant& each : out) policy.learn(each, no, start, start);
    BOOST_TEST_EQ(policy.refused(), 5);
    BOOST_TEST_EQ(policy.share(), 0.875);
    BOOST_TEST(about(wait(policy, 0), 3));
    BOOST_TEST(about(wait(policy, 3), 0));
    const grant later = policy.take(0);
    policy.learn(later, no, after(3), after(3));
    BOOST_TEST_LT(policy.share(), 0.875);
    // One step a second.
    BOOST_TEST(about(wait(policy, 10), 0));
    BOOST_TEST_LT(policy.share(), 1);
    BOOST_TEST(about(wait(policy, 30), 0));
    BOOST_TEST_EQ(policy.share(), 1);
}

void without_limits_a_window_of_calls_adapts() {
    pacer_policy policy(pacer_settings{}, start);
    std::deque<grant> out;
    const auto fill = [&] {
        while (wait(policy, 0) == 0 && out.size() < 100) out.push_back(policy.take(0));
        return out.size();
    };
    const auto answered = [&](bool refused) {
        rate_report said;
        said.refused = refused;
        policy.learn(out.front(), said, start, start);
        policy.end();
        out.pop_front();
    };
    BOOST_TEST_EQ(fill(), 8u);
    for (int i = 0; i < 8; ++i) answered(false);
    BOOST_TEST_EQ(fill(), 16u);
    answered(true);
    answered(true);  // of the same round
    BOOST_TEST_EQ(fill(), 14u);
    while (out.size() > 8) answered(false);
    BOOST_TEST_EQ(fill(), 8u);
    for (int i = 0; i < 10; ++i) {
        answered(false);
        fill();
    }
    BOOST_TEST_EQ(out.size(), 9u);
}

void what_is_not_adaptive_learns_nothing() {
    pacer_settings wanted = limited(600);
    wanted.adaptive = false;
    pacer_policy policy(wanted, start);
    rate_report no = answer(60, 0, milliseconds(1000));
    no.refused = true;
    no.retry_after = milliseconds(3000);
    policy.learn(policy.take(0), no, start, start);
    BOOST_TEST_EQ(policy.requests_per_minute(), 600);
    BOOST_TEST_EQ(policy.refused(), 1);
    BOOST_TEST(about(wait(policy, 0), 0));
}

void extreme_numbers_do_no_harm() {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    pacer_policy policy(limited(most, most), start);
    for (int i = 0; i < 5; ++i) policy.take(most);
    rate_report said = answer(most, most, milliseconds(most));
    said.tokens = {1, most, milliseconds(0)};
    policy.learn(policy.take(0), said, time_point(), after(1e9));
    BOOST_TEST(policy.ready_at(after(1e9), most) >= start);
    policy.settle(policy.take(most), -most);
    BOOST_TEST(wait(policy, 1e9, most) >= 0);
}

}  // namespace

int main() {
    a_limit_that_was_set_is_kept_smooth();
    tokens_have_a_limit_of_their_own();
    calls_in_flight_are_bounded();
    what_the_server_tells_is_mirrored();
    a_lower_limit_that_was_set_stands();
    a_refused_call_lowers_the_pace_once();
    without_limits_a_window_of_calls_adapts();
    what_is_not_adaptive_learns_nothing();
    extreme_numbers_do_no_harm();
    return boost::report_errors();
}
