// Start, order of work, stop with everything in flight, start again; many threads at once.
#include "net/engine.hpp"

#include <signal.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/core/lightweight_test.hpp>
#include <future>
#include <thread>
#include <vector>

#include "net/deadline_wheel.hpp"
#include "net/gate.hpp"
#include "net/resolver.hpp"
#include "support/on_engine.hpp"

using namespace oai;
using namespace oai::net;
using namespace oai::testing;

namespace {

struct counted {
    counted() { ++alive; }
    counted(const counted&) { ++alive; }
    ~counted() { --alive; }
    static inline std::atomic<int> alive{0};
};

void work_runs_in_order_and_is_destroyed() {
    std::vector<int> seen;
    for (int i = 0; i < 10'000; ++i)
        engine::shared().submit(make_job([&seen, i, kept = counted()] { seen.push_back(i); }));
    call_on_engine([] {});
    BOOST_TEST_EQ(seen.size(), 10'000u);
    for (int i = 0; i < 10'000; ++i) BOOST_TEST_EQ(seen[static_cast<std::size_t>(i)], i);
    BOOST_TEST_EQ(counted::alive.load(), 0);
}

void work_may_submit_work() {
    std::promise<int> sum;
    engine::shared().submit(
        make_job([&] { engine::shared().submit(make_job([&] { sum.set_value(3); })); }));
    BOOST_TEST_EQ(wait_for(sum.get_future()), 3);
}

void the_thread_takes_no_signals() {
    const int blocked = call_on_engine([] {
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        return sigismember(&mask, SIGINT) + sigismember(&mask, SIGCHLD);
    });
    BOOST_TEST_EQ(blocked, 2);
}

task<void> wait_at(gate& closed) {
    const counted here;
    co_await closed.wait();
}

task<void> wait_at_own_gate(engine& on) {
    gate own(on);
    const counted here;
    co_await own.wait();
}

task<void> wait_for_a_name(engine& on) {
    lookup asked(on);
    const counted here;
    on.dns().start(asked, "no-such-host.invalid", 1);
    co_await asked.wait();
}

task<void> wait_for_a_timer(engine& on) {
    const counted here;
    asio::steady_timer timer(on.context(), std::chrono::hours(1));
    co_await timer.async_wait(asio::deferred);
}

struct late final : deadline {
    void expired() noexcept override { BOOST_ERROR("an hour cannot have passed"); }
    counted here;
};

task<void> wait_with_a_deadline(engine& on) {
    late limit;
    limit.arm(on.wheel(), std::chrono::hours(1));
    gate closed(on);
    co_await closed.wait();
}

void stopping_drops_what_waits() {
    engine& on = engine::shared();
    const unsigned before = engine::generation();
    auto shared_gate = std::make_unique<gate>(on);
    call_on_engine([&] {
        for (int i = 0; i < 10; ++i) {
            asio::co_spawn(on.get_executor(), wait_at_own_gate(on), asio::detached);
            asio::co_spawn(on.get_executor(), wait_for_a_name(on), asio::detached);
            asio::co_spawn(on.get_executor(), wait_for_a_timer(on), asio::detached);
            asio::co_spawn(on.get_executor(), wait_with_a_deadline(on), asio::detached);
        }
        asio::co_spawn(on.get_executor(), wait_at(*shared_gate), asio::detached);
    });
    call_on_engine([] {});
    BOOST_TEST_GE(counted::alive.load(), 31);  // names may be answered by now
    std::promise<void> entered, leave;
    on.submit(make_job([&] {
        entered.set_value();
        leave.get_future().wait();
    }));
    entered.get_future().wait();
    // Queued behind a busy engine: destroyed, run or not.
    on.submit(make_job([kept = counted()] {}));
    std::thread stopping([] { engine::stop(); });
    while (engine::generation() == before) std::this_thread::yield();
    leave.set_value();
    stopping.join();
    BOOST_TEST_EQ(counted::alive.load(), 0);
    shared_gate.reset();
    on.submit(make_job([kept = counted()] { BOOST_ERROR("must not run"); }));
    BOOST_TEST_EQ(counted::alive.load(), 0);
    engine::stop();
    BOOST_TEST(engine::generation() > before);
}

void it_starts_anew() {
    engine& first = engine::shared();
    BOOST_TEST_EQ(call_on_engine([] { return 5; }), 5);
    BOOST_TEST_EQ(&engine::shared(), &first);
    engine::stop();
    BOOST_TEST(&engine::shared() != &first);
    BOOST_TEST_EQ(call_on_engine([] { return 6; }), 6);
}

// For the thread sanitizer: submissions, starts and stops from everywhere.
void many_threads() {
    std::atomic<int> ran{0};
    std::atomic<bool> over{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 3'000; ++n)
                engine::shared().submit(make_job([&ran, kept = counted()] { ++ran; }));
        });
    std::thread stopper([&] {
        while (!over) {
            engine::stop();
            std::this_thread::sleep_for(std::chrono::microseconds(500));
        }
    });
    for (std::thread& each : threads) each.join();
    over = true;
    stopper.join();
    engine::stop();
    BOOST_TEST_EQ(counted::alive.load(), 0);
    BOOST_TEST_LE(ran.load(), 9'000);
}

}  // namespace

int main() {
    engine::stop();
    BOOST_TEST_EQ(engine::generation(), 0u);
    work_runs_in_order_and_is_destroyed();
    work_may_submit_work();
    the_thread_takes_no_signals();
    stopping_drops_what_waits();
    it_starts_anew();
    many_threads();
    engine::stop();
    return boost::report_errors();
}
