// The wheel driven by hand: order, moving, disarming, destroying from within, long pauses.
#include "net/deadline_slots.hpp"

#include <boost/core/lightweight_test.hpp>
#include <functional>
#include <random>
#include <vector>

using namespace oai;
using namespace oai::net;

namespace {

const time_point start = time_point() + std::chrono::hours(1);

time_point at(double ms) {
    return start + std::chrono::duration_cast<steady::duration>(
                       std::chrono::duration<double, std::milli>(ms));
}

struct probe final : deadline_node {
    void expired() noexcept override {
        ++count;
        if (then) then();
    }
    void disarm() { when = time_point::max(); }
    int count = 0;
    std::function<void()> then;
};

void never_early_and_at_most_a_tick_late() {
    for (double due = 0.5; due < 40; due += 0.5) {
        deadline_slots wheel(start);
        probe one;
        wheel.arm(one, at(due));
        double fired = -1;
        for (double now = 0; now < 60 && fired < 0; now += 0.25) {
            wheel.advance(at(now));
            if (one.count) fired = now;
        }
        BOOST_TEST_GE(fired, due);
        BOOST_TEST_LT(fired, due + 10.01);
        wheel.advance(at(20'000));
        BOOST_TEST_EQ(one.count, 1);
        BOOST_TEST(!wheel.next());
    }
}

void earlier_ones_come_first() {
    deadline_slots wheel(start);
    std::vector<int> order;
    std::vector<probe> probes(5);
    const double due[] = {500, 20, 10'235, 19, 30'000};
    for (std::size_t i = 0; i < probes.size(); ++i) {
        probes[i].then = [&order, i] { order.push_back(static_cast<int>(i)); };
        wheel.arm(probes[i], at(due[i]));
    }
    for (double now = 0; now < 31'000; now += 700) wheel.advance(at(now));
    BOOST_TEST(
        (order == std::vector<int>{1, 3, 0, 2, 4} || order == std::vector<int>{3, 1, 0, 2, 4}));
}

void moving_later_costs_no_link() {
    deadline_slots wheel(start);
    probe one;
    BOOST_TEST(wheel.arm(one, at(50)));
    BOOST_TEST(!wheel.arm(one, at(5'000)));
    BOOST_TEST(!wheel.arm(one, at(600'000)));
    wheel.advance(at(599'000));
    BOOST_TEST_EQ(one.count, 0);
    wheel.advance(at(600'010));
    BOOST_TEST_EQ(one.count, 1);
    BOOST_TEST(wheel.arm(one, at(700'000)));
    BOOST_TEST(wheel.arm(one, at(600'100)));  // sooner than its slot
    wheel.advance(at(600'110));
    BOOST_TEST_EQ(one.count, 2);
}

void disarmed_ones_stay_silent() {
    deadline_slots wheel(start);
    probe one, two;
    wheel.arm(one, at(30));
    wheel.arm(two, at(30));
    one.disarm();
    wheel.advance(at(50));
    BOOST_TEST_EQ(one.count, 0);
    BOOST_TEST_EQ(two.count, 1);
    wheel.arm(one, at(70));
    one.disarm();
    wheel.arm(one, at(90));
    wheel.advance(at(75));
    BOOST_TEST_EQ(one.count, 0);
    wheel.advance(at(100));
    BOOST_TEST_EQ(one.count, 1);
}

void destroying_and_arming_from_within() {
    deadline_slots wheel(start);
    probe first, again;
    auto victim = std::make_unique<probe>();
    auto self = std::make_unique<probe>();
    first.then = [&] { victim.reset(); };
    self->then = [&] { self.reset(); };
    again.then = [&] {
        if (again.count < 3) wheel.arm(again, start);  // already due: the next tick
    };
    for (probe* each : {&first, victim.get(), self.get(), &again}) wheel.arm(*each, at(10));
    wheel.advance(at(10));
    BOOST_TEST(!victim);
    BOOST_TEST(!self);
    BOOST_TEST_EQ(again.count, 1);
    wheel.advance(at(20));
    wheel.advance(at(100));
    BOOST_TEST_EQ(again.count, 3);
    BOOST_TEST(!wheel.next());
}

// A suspended laptop: everything due fires once, nothing else does.
void a_long_pause() {
    deadline_slots wheel(start);
    std::vector<probe> probes(300);
    for (std::size_t i = 0; i < probes.size(); ++i)
        wheel.arm(probes[i], at(1'000.0 * static_cast<double>(i)));
    wheel.advance(at(150'000));
    for (std::size_t i = 0; i < probes.size(); ++i)
        BOOST_TEST_EQ(probes[i].count, i <= 150 ? 1 : 0);
    wheel.advance(at(300'000));
    for (const probe& each : probes) BOOST_TEST_EQ(each.count, 1);
}

// Whatever is done to it, next() is never later than what is due.
void against_a_model() {
    std::mt19937 random(7);
    deadline_slots wheel(start);
    std::vector<probe> probes(40);
    std::vector<double> due(probes.size(), -1);
    double now = 0;
    for (int step = 0; step < 20'000; ++step) {
        const std::size_t i = random() % probes.size();
        if (random() % 4 == 0) {
            probes[i].disarm();
            due[i] = -1;
        } else {
            due[i] = now + static_cast<double>(random() % (random() % 10 ? 400 : 40'000));
            wheel.arm(probes[i], at(due[i]));
        }
        double soonest = 1e18;
        for (double each : due)
            if (each >= 0) soonest = std::min(soonest, each);
        if (soonest < 1e18) {
            const auto next = wheel.next();
            BOOST_TEST(next && *next <= at(std::max(soonest, now)) + 2 * deadline_slots::tick);
        }
        now += static_cast<double>(random() % 40);
        wheel.advance(at(now));
        for (std::size_t k = 0; k < probes.size(); ++k) {
            if (probes[k].count) BOOST_TEST(due[k] >= 0 && due[k] <= now);
            if (probes[k].count) due[k] = -1;
            probes[k].count = 0;
            BOOST_TEST(due[k] < 0 || due[k] + 20 > now);
        }
    }
}

}  // namespace

int main() {
    never_early_and_at_most_a_tick_late();
    earlier_ones_come_first();
    moving_later_costs_no_link();
    disarmed_ones_stay_silent();
    destroying_and_arming_from_within();
    a_long_pause();
    against_a_model();
    return boost::report_errors();
}
