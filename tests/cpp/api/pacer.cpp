// Calls that wait for their turn: order, retries, giving up, closing, deadlines, streams.
#include "api/pacer.hpp"

#include <boost/core/lightweight_test.hpp>

#include "fixture.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;

namespace {

std::shared_ptr<pacer> pacer_of(std::int64_t most) {
    pacer_settings wanted;
    wanted.max_in_flight = most;
    wanted.adaptive = false;
    return std::make_shared<pacer>(wanted);
}

call_spec paced(const std::shared_ptr<pacer>& by, std::string name, delivery as = delivery::json) {
    call_spec spec = post(as);
    spec.pace = by;
    spec.request.target = std::move(name);
    return spec;
}

script hangs_at_head() {
    script plan = answer(200);
    plan.head = op::hang;
    return plan;
}

bool waiting(const pacer& by, std::uint64_t calls) {
    for (int i = 0; i < 5000; ++i) {
        if (by.stats().waiting == calls) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

std::string sent(world& w) {
    const std::scoped_lock lock(w.log().mutex);
    std::string targets;
    for (const auto& each : w.log().requests) targets += each.target;
    return targets;
}

void one_after_the_other() {
    const auto by = pacer_of(1);
    world w({hangs_at_head(), answer(200), answer(200), answer(200)});
    run first = w.start(paced(by, "a"));
    BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 1; }));
    run second = w.start(paced(by, "b"));
    BOOST_TEST(waiting(*by, 1));
    run third = w.start(paced(by, "c"));
    BOOST_TEST(waiting(*by, 2));
    BOOST_TEST_EQ(sent(w), "a");
    BOOST_TEST_EQ(by->stats().in_flight, 1u);
    first.handle->cancel();
    BOOST_TEST(second.seen->finish() && third.seen->finish());
    BOOST_TEST_EQ(sent(w), "abc");
    BOOST_TEST(waiting(*by, 0));
    BOOST_TEST_EQ(by->stats().granted, 3u);
}

// While the first call rests before its retry, another one goes; then the retry is before those
// that came later.
void a_retry_has_the_place_of_its_call() {
    const auto by = pacer_of(1);
    world w({hangs_at_head(), answer(500), hangs_at_head(), answer(200), answer(200)});
    run before = w.start(paced(by, "-"));
    BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 1; }));
    run first = w.start(paced(by, "a"));
    run second = w.start(paced(by, "b"));
    BOOST_TEST(waiting(*by, 2));
    before.handle->cancel();
    BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 2; }));
    run third = w.start(paced(by, "c"));
    BOOST_TEST(waiting(*by, 2));
    second.handle->cancel();
    BOOST_TEST(first.seen->finish() && third.seen->finish());
    BOOST_TEST_EQ(sent(w), "-abac");
    BOOST_TEST_EQ(first.result().retries_taken, 1);
}

void a_waiting_call_can_be_given_up() {
    const auto by = pacer_of(1);
    world w({hangs_at_head(), answer(200)});
    run first = w.start(paced(by, "a"));
    BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 1; }));
    run second = w.start(paced(by, "b"));
    run third = w.start(paced(by, "c"));
    BOOST_TEST(waiting(*by, 2));
    second.handle->cancel();
    BOOST_TEST(!second.seen->finish());
    BOOST_TEST(waiting(*by, 1));
    call_spec late = paced(by, "d");
    late.bounds.deadline = milliseconds(20);
    run fourth = w.start(std::move(late));
    BOOST_TEST(fourth.seen->finish());
    BOOST_TEST(fourth.result().error.code == errc::deadline_timeout);
    BOOST_TEST(waiting(*by, 1));
    first.handle->cancel();
    BOOST_TEST(third.seen->finish());
    BOOST_TEST_EQ(sent(w), "ac");
    BOOST_TEST_EQ(by->stats().in_flight, 0u);
}

void closing_wakes_those_that_wait() {
    const auto by = pacer_of(1);
    world w({hangs_at_head(), answer(200)});
    run first = w.start(paced(by, "a"));
    BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 1; }));
    run second = w.start(paced(by, "b"));
    BOOST_TEST(waiting(*by, 1));
    // Of another client that shares the limits: it waits on.
    world other({answer(200)});
    run third = other.start(paced(by, "c"));
    BOOST_TEST(waiting(*by, 2));
    w.via->close(true);
    BOOST_TEST(second.seen->finish());
    BOOST_TEST(second.result().error.code == errc::client_closed);
    first.handle->cancel();
    BOOST_TEST(third.seen->finish());
    BOOST_TEST(!third.result().error.code);
}

// A stream is in flight until its end.
void a_stream_keeps_its_turn() {
    const auto by = pacer_of(1);
    script endless = answer(200);
    endless.body = {{"data: 1\n\n"}, {"", op::hang}};
    world w({endless, answer(200)});
    run first = w.start(paced(by, "a", delivery::events));
    const auto events = first.result().events;
    BOOST_TEST(events != nullptr);
    run second = w.start(paced(by, "b"));
    BOOST_TEST(waiting(*by, 1));
    BOOST_TEST_EQ(sent(w), "a");
    first.handle->cancel();
    BOOST_TEST(second.seen->finish());
}

// A stopped engine takes its calls along; the next one begins with nobody in flight.
void engines_come_and_go() {
    const auto by = pacer_of(1);
    {
        world w({hangs_at_head()});
        run first = w.start(paced(by, "a"));
        BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 1; }));
        run second = w.start(paced(by, "b"));
        BOOST_TEST(waiting(*by, 1));
        net::engine::stop();
        BOOST_TEST(!first.seen->finish() && !second.seen->finish());
    }
    BOOST_TEST_EQ(by->stats().in_flight, 0u);
    world w({answer(200)});
    run third = w.start(paced(by, "c"));
    BOOST_TEST(third.seen->finish());
    BOOST_TEST_EQ(by->stats().granted, 1u);
}

void what_the_server_tells_is_learned() {
    const auto by = std::make_shared<pacer>(pacer_settings{});
    script told = answer(429);
    told.headers.emplace_back("x-ratelimit-limit-requests", "600");
    told.headers.emplace_back("x-ratelimit-limit-tokens", "7000");
    world w({told, answer(200, R"({"usage":{"total_tokens":3}})")});
    run one = w.start(paced(by, "a"));
    BOOST_TEST(one.seen->finish());
    BOOST_TEST(!one.result().error.code);
    const pacer_stats now = by->stats();
    BOOST_TEST_EQ(now.requests_per_minute, 600u);
    BOOST_TEST_EQ(now.tokens_per_minute, 7000u);
    BOOST_TEST_EQ(now.refused, 1u);
    BOOST_TEST_EQ(now.granted, 2u);
    BOOST_TEST_LT(now.share, 1);
}

}  // namespace

int main() {
    one_after_the_other();
    a_retry_has_the_place_of_its_call();
    a_waiting_call_can_be_given_up();
    closing_wakes_those_that_wait();
    a_stream_keeps_its_turn();
    engines_come_and_go();
    what_the_server_tells_is_learned();
    BOOST_TEST(nothing_alive());
    return boost::report_errors();
}
