// Giving up: cancel at every stage, engine stop at every stage, a closed pool, many calls at once.
#include <boost/core/lightweight_test.hpp>
#include <functional>
#include <future>

#include "api/active_call.hpp"
#include "fixture.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;

namespace {

// A call stuck at one stage. `rest`: in the pause before a retry.
enum class stage { acquire, send, head, body, error_body, rest };
constexpr stage stages[] = {stage::acquire, stage::send,       stage::head,
                            stage::body,    stage::error_body, stage::rest};

script stuck(stage at) {
    script plan = answer(200);
    if (at == stage::acquire) plan.acquire = op::hang;
    if (at == stage::send) plan.send = op::hang;
    if (at == stage::head) plan.head = op::hang;
    if (at == stage::body || at == stage::error_body) plan.body = {{"{"}, {"", op::hang}};
    if (at == stage::error_body) plan.status = 400;
    if (at == stage::rest) {
        plan.status = 429;
        plan.headers = {{"retry-after", "100"}};
    }
    return plan;
}

run start_stuck(world& w, stage at) {
    const auto as = at == stage::error_body ? delivery::events : delivery::json;
    run one = w.start(post(as));
    if (at == stage::rest) {
        BOOST_TEST(w.log().wait([&w] { return w.log().kept == 1; }));
    } else {
        BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 1; }));
    }
    return one;
}

void cancel_at_every_stage() {
    for (const stage at : stages) {
        world w({stuck(at)});
        run one = start_stuck(w, at);
        one.handle->cancel();
        one.handle->cancel();
        BOOST_TEST(!one.seen->finish());  // the sink goes without a result
        BOOST_TEST(w.quiet());
        BOOST_TEST_EQ(w.log().requests.size(), at == stage::acquire ? 0u : 1u);
        BOOST_TEST_EQ(w.log().cut, at == stage::acquire || at == stage::rest ? 0 : 1);
    }
    BOOST_TEST(nothing_alive());
}

void cancel_before_it_began() {
    world w({answer(200)});
    // The engine is busy while the call is submitted and cancelled.
    std::mutex gate;
    gate.lock();
    net::engine::shared().submit(net::make_job([&gate] {
        gate.lock();
        gate.unlock();
    }));
    run one = w.start(post());
    one.handle->cancel();
    gate.unlock();
    BOOST_TEST(!one.seen->finish());
    BOOST_TEST_EQ(w.log().fresh.size(), 0u);
}

// The connection is there already, but the coroutine has not been told yet.
void cancel_while_a_connection_arrives() {
    world w({answer(200)});
    std::mutex gate;
    gate.lock();
    net::engine& engine = net::engine::shared();
    engine.submit(net::make_job([&gate] {
        gate.lock();
        gate.unlock();
    }));
    run one = w.start(post());
    engine.submit(net::make_job([handle = one.handle] { handle->cancel(); }));
    gate.unlock();
    BOOST_TEST(!one.seen->finish());
    BOOST_TEST_EQ(w.log().fresh.size(), 1u);
    BOOST_TEST_EQ(w.log().requests.size(), 0u);
    BOOST_TEST(w.quiet());
}

// Acts after `turns` rounds of the engine's handlers.
void act_in(int turns, std::function<void()> act) {
    if (turns == 0) return act();
    asio::post(net::engine::shared().get_executor(),
               [turns, act = std::move(act)] { act_in(turns - 1, act); });
}

// A call resumes a few times on its way to where it is stuck; `act` comes before, between and after
// all of them.
run start_and_interrupt(world& w, stage at, int turns, std::function<void(run&)> act) {
    std::mutex gate;
    gate.lock();
    net::engine& engine = net::engine::shared();
    engine.submit(net::make_job([&gate] {
        gate.lock();
        gate.unlock();
    }));
    run one = w.start(post(at == stage::error_body ? delivery::events : delivery::json));
    engine.submit(
        net::make_job([turns, act, one] { act_in(turns, [act, one]() mutable { act(one); }); }));
    gate.unlock();
    one.seen->finish();
    BOOST_TEST(one.seen->destroyed);
    BOOST_TEST(w.quiet());
    return one;
}
constexpr int more_turns_than_any_way_takes = 24;

void cancel_between_any_two_awaits() {
    for (const stage at : stages)
        for (int turns = 0; turns < more_turns_than_any_way_takes; ++turns) {
            world w({stuck(at)});
            const run one = start_and_interrupt(w, at, turns, [](run& it) { it.handle->cancel(); });
            BOOST_TEST_EQ(one.seen->dones, 0);
        }
    BOOST_TEST(nothing_alive());
}

// What is in flight goes on; a pause does not, and none begins any more.
void close_between_any_two_awaits() {
    bool answered = false, refused = false;
    for (int turns = 0; turns < more_turns_than_any_way_takes; ++turns) {
        world w({stuck(stage::rest)});
        run one = start_and_interrupt(w, stage::rest, turns, [&w](run&) { w.via->close(false); });
        BOOST_TEST_EQ(one.seen->dones, 1);
        if (one.seen->dones == 0) continue;
        const outcome& result = one.result();
        if (result.error) BOOST_TEST(result.error.code == errc::client_closed);
        (result.error ? refused : answered) = true;
    }
    BOOST_TEST(answered && refused);
    BOOST_TEST(nothing_alive());
}

void cancel_after_the_end() {
    world w({answer(200)});
    run one = w.start(post());
    BOOST_TEST(one.seen->finish());
    one.handle->cancel();
    BOOST_TEST_EQ(one.seen->dones, 1);
}

void cancel_races_with_completion() {
    for (int i = 0; i < 300; ++i) {
        world w({answer(200)});
        run one = w.start(post());
        for (int spin = 0; spin < i * 20; ++spin)
            std::atomic_signal_fence(std::memory_order_seq_cst);
        one.handle->cancel();
        one.seen->finish();
        BOOST_TEST(one.seen->dones <= 1);
        BOOST_TEST(w.quiet());
    }
    BOOST_TEST(nothing_alive());
}

void engine_stop_at_every_stage() {
    for (const stage at : stages) {
        world w({stuck(at)});
        run one = start_stuck(w, at);
        net::engine::stop();
        BOOST_TEST(one.seen->destroyed && one.seen->dones == 0);
        BOOST_TEST_EQ(w.log().exchanges, 0);
        one.handle->cancel();  // nobody is there to hear it
        one.handle.reset();
        BOOST_TEST_EQ(live().calls, 0);
    }
}

// Nobody waits for a call that the engine never began, handle or not.
void engine_stop_before_it_began() {
    world w({answer(200)});
    std::mutex gate;
    gate.lock();
    net::engine& engine = net::engine::shared();
    std::promise<void> blocked;
    engine.submit(net::make_job([&gate, &blocked] {
        blocked.set_value();
        gate.lock();
        gate.unlock();
    }));
    blocked.get_future().wait();
    std::thread stopping([] { net::engine::stop(); });
    // The engine hears of the stop before of the call.
    while (!engine.context().stopped()) std::this_thread::yield();
    run one;
    one.handle = std::make_shared<active_call>(w.via, post(),
                                               std::make_unique<recording_sink>(one.seen), engine);
    std::static_pointer_cast<active_call>(one.handle)->submit();
    gate.unlock();
    stopping.join();
    BOOST_TEST(one.seen->destroyed && one.seen->dones == 0);
    BOOST_TEST_EQ(w.log().fresh.size(), 0u);
    one.handle.reset();
    BOOST_TEST_EQ(live().calls, 0);
}

void works_after_a_restart() {
    world w({answer(200)});
    BOOST_TEST_EQ(w.start(post()).result().head->status, 200);
    net::engine::stop();
    BOOST_TEST_EQ(w.start(post()).result().head->status, 200);
}

void many_at_once() {
    world w({answer(200)});
    std::vector<run> runs;
    for (int i = 0; i < 1000; ++i) runs.push_back(w.start(post()));
    for (run& each : runs) BOOST_TEST_EQ(each.result().head->status, 200);
    BOOST_TEST_EQ(w.log().requests.size(), 1000u);
    BOOST_TEST(w.quiet());
}

void storm_from_many_threads() {
    world w({answer(500), stuck(stage::head), answer(200), stuck(stage::acquire), answer(200),
             stuck(stage::body), answer(200)});
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&w] {
            std::vector<run> runs;
            for (int i = 0; i < 200; ++i) runs.push_back(w.start(post()));
            for (run& each : runs) each.handle->cancel();
            for (run& each : runs) each.seen->finish();
        });
    for (std::thread& each : threads) each.join();
    BOOST_TEST(w.quiet());
    BOOST_TEST(nothing_alive());
}

}  // namespace

int main() {
    cancel_at_every_stage();
    cancel_before_it_began();
    cancel_while_a_connection_arrives();
    cancel_between_any_two_awaits();
    close_between_any_two_awaits();
    cancel_after_the_end();
    cancel_races_with_completion();
    many_at_once();
    storm_from_many_threads();
    engine_stop_at_every_stage();
    engine_stop_before_it_began();
    works_after_a_restart();
    BOOST_TEST(nothing_alive());
    net::engine::stop();
    return boost::report_errors();
}
