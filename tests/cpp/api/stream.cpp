// Streams over a scripted pool: ends, [DONE], failures, waking, backpressure, closing from
// everywhere.
#include <boost/core/lightweight_test.hpp>

#include "api/parsed_stream.hpp"
#include "fixture.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;

namespace {

constexpr const char* done = "data: [DONE]\n\n";

script events(std::vector<piece> body) {
    script plan;
    plan.headers = {{"content-type", "text/event-stream"}};
    plan.body = std::move(body);
    return plan;
}

std::string event(int number) {
    return "data: {\"n\":" + std::to_string(number) + "}\n\n";
}

struct reader {
    explicit reader(run& from) : seen(from.seen), stream(std::move(from.result().events)) {}

    // Waits, as the consumer on an event loop does.
    pop_result next() {
        for (;;) {
            const pop_result got = stream->pop(last);
            if (got != pop_result::empty) return got;
            if (!stream->arm()) continue;
            ++armed;
            if (!seen->wait([this] { return seen->readables == armed; })) return got;
        }
    }
    std::vector<std::string> rest() {
        std::vector<std::string> data;
        while ((end = next()) == pop_result::event) data.push_back(last.data);
        return data;
    }

    std::shared_ptr<record> seen;
    std::shared_ptr<event_stream> stream;
    stream_event last;
    pop_result end = pop_result::empty;
    int armed = 0;
};

using strings = std::vector<std::string>;

void ends_with_the_body() {
    world w({events({{"event: a\n" + event(1)}, {event(2) + "data: not json\n\ndata: cut"}})});
    run one = w.start(post(delivery::events));
    BOOST_TEST(!one.result().error);
    BOOST_TEST_EQ(one.result().head->status, 200);
    BOOST_TEST(one.result().when.head >= 0 && one.result().when.done < 0);
    reader r(one);
    BOOST_TEST(r.next() == pop_result::event);
    BOOST_TEST_EQ(r.last.name, "a");
    BOOST_TEST_EQ(r.last.data, "{\"n\":1}");
    BOOST_TEST(r.last.document && r.last.document->find(0, "n") != 0);
    BOOST_TEST(r.next() == pop_result::event);
    BOOST_TEST(r.next() == pop_result::event);
    BOOST_TEST_EQ(r.last.data, "not json");
    BOOST_TEST(!r.last.document);
    BOOST_TEST(r.next() == pop_result::ended);
    BOOST_TEST(one.seen->finish());
    BOOST_TEST(w.quiet());
    BOOST_TEST_EQ(w.log().kept, 1);
}

// The marker ends the stream for the consumer; the connection is kept if the terminator comes soon.
void ends_at_done() {
    script at_once = events({{event(1) + done + event(2)}});
    script soon = events({{event(1) + done}, {"\n"}});
    script never = events({{event(1) + done}, {"", op::hang}});
    never.terminator = false;
    script broken = events({{event(1) + done}, {"", op::fail, errc::bad_response}});
    const std::pair<script, bool> cases[] = {
        {at_once, true}, {soon, true}, {never, false}, {broken, false}};
    for (const auto& [plan, kept] : cases) {
        world w({plan});
        run one = w.start(post(delivery::events));
        reader r(one);
        BOOST_TEST(r.rest() == strings{"{\"n\":1}"});
        BOOST_TEST(r.end == pop_result::ended);
        r.stream->close();
        BOOST_TEST(w.quiet());
        BOOST_TEST_EQ(w.log().kept, kept ? 1 : 0);
    }
}

void fails_after_its_events() {
    script truncated =
        events({{event(1)}, {event(2), op::ok}, {"", op::fail, errc::connection_closed}});
    world w({truncated});
    run one = w.start(post(delivery::events));
    reader r(one);
    BOOST_TEST_EQ(r.rest().size(), 2u);
    BOOST_TEST(r.end == pop_result::failed);
    BOOST_TEST(r.stream->error().code == errc::connection_closed);
    BOOST_TEST(r.stream->error().where == phase::body);
    BOOST_TEST_EQ(w.log().requests.size(), 1u);  // never retried once handed over

    world silent({events({{event(1)}, {"", op::hang}})});
    call_spec spec = post(delivery::events);
    spec.clocks.read = 30ms;
    run two = silent.start(spec);
    reader s(two);
    BOOST_TEST_EQ(s.rest().size(), 1u);
    BOOST_TEST(s.end == pop_result::failed);
    BOOST_TEST(s.stream->error().code == errc::read_timeout);
    BOOST_TEST(silent.quiet());
}

void errors_are_not_streams() {
    world w({answer(500), answer(400, R"({"error":{}})")});
    run one = w.start(post(delivery::events));
    BOOST_TEST_EQ(one.result().head->status, 400);
    BOOST_TEST_EQ(one.result().retries_taken, 1);
    BOOST_TEST(!one.result().events);
    BOOST_TEST(one.result().document.has_value());
    BOOST_TEST(one.seen->finish());
}

void one_wake_a_batch() {
    world w({events({{event(1) + event(2) + event(3)}, {"", op::hang}})});
    run one = w.start(post(delivery::events));
    reader r(one);
    for (int i = 0; i < 3; ++i) BOOST_TEST(r.next() == pop_result::event);
    BOOST_TEST(r.armed <= 1);
    BOOST_TEST(r.stream->pop(r.last) == pop_result::empty);
    r.stream.reset();
}

// A reader that lags stops the reading, and its clock; one that catches up starts it again.
void backpressure() {
    constexpr int pieces = 40, in_piece = 30;
    std::vector<piece> body;
    for (int i = 0; i < pieces; ++i) {
        std::string bytes;
        for (int j = 0; j < in_piece; ++j) bytes += event(i * in_piece + j);
        body.push_back({bytes});
    }
    world w({events(body)});
    call_spec spec = post(delivery::events);
    spec.clocks.read = 200ms;
    run one = w.start(spec);
    reader r(one);
    const auto reads = [&w] {
        const std::scoped_lock lock(w.log().mutex);
        return w.log().reads;
    };
    BOOST_TEST(w.log().wait([&w] { return w.log().reads * in_piece > 512; }));
    std::this_thread::sleep_for(300ms);  // longer than the read limit, with nobody reading
    BOOST_TEST(reads() < pieces / 2 + 2);
    int expected = 0;
    while (r.next() == pop_result::event)
        BOOST_TEST_EQ(r.last.data, "{\"n\":" + std::to_string(expected++) + "}");
    BOOST_TEST_EQ(expected, pieces * in_piece);
    BOOST_TEST(r.stream->pop(r.last) == pop_result::ended);
    BOOST_TEST(w.quiet());
    BOOST_TEST_EQ(w.log().kept, 1);
}

void close_while_reading() {
    for (const bool drop : {false, true}) {
        world w({events({{event(1)}, {"", op::hang}})});
        run one = w.start(post(delivery::events));
        reader r(one);
        BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 1; }));
        if (drop) {
            r.stream.reset();
        } else {
            std::thread([&r] { r.stream->close(); }).join();
            BOOST_TEST(r.stream->pop(r.last) == pop_result::closed);
            r.stream->close();
        }
        BOOST_TEST(w.quiet());
        BOOST_TEST_EQ(w.log().cancelled, 1);
        BOOST_TEST_EQ(w.log().cut, 1);
        BOOST_TEST(one.seen->finish());
    }
}

void close_wakes_the_waiting_reader() {
    world w({events({{"", op::hang}})});
    run one = w.start(post(delivery::events));
    reader r(one);
    std::thread closer([&w, &r] {
        w.log().wait([&w] { return w.log().hangs == 1; });
        r.stream->close();
    });
    BOOST_TEST(r.next() == pop_result::closed);
    closer.join();
    BOOST_TEST(w.quiet());
}

void close_under_backpressure() {
    std::string many;
    for (int i = 0; i < 600; ++i) many += event(i);
    for (const bool complete : {true, false}) {
        script plan = events({{many}});
        plan.terminator = complete;
        world w({plan});
        run one = w.start(post(delivery::events));
        reader r(one);
        BOOST_TEST(w.log().wait([&w] { return w.log().reads == 1; }));
        while (r.stream->arm()) std::this_thread::sleep_for(1ms);
        std::this_thread::sleep_for(5ms);
        r.stream->close();
        BOOST_TEST(w.quiet());
        BOOST_TEST_EQ(w.log().kept, complete ? 1 : 0);
    }
}

void cancel_fails_the_stream() {
    world w({events({{"", op::hang}})});
    run one = w.start(post(delivery::events));
    reader r(one);
    BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 1; }));
    one.handle->cancel();
    BOOST_TEST(r.next() == pop_result::failed);
    BOOST_TEST(r.stream->error().code == errc::cancelled);
    BOOST_TEST(w.quiet());
}

void engine_stop_fails_the_stream() {
    world w({events({{event(1)}, {"", op::hang}})});
    run one = w.start(post(delivery::events));
    reader r(one);
    BOOST_TEST(r.next() == pop_result::event);
    BOOST_TEST(w.log().wait([&w] { return w.log().hangs == 1; }));
    BOOST_TEST(r.stream->arm());
    net::engine::stop();
    BOOST_TEST_EQ(one.seen->readables, r.armed + 1);
    BOOST_TEST(r.stream->pop(r.last) == pop_result::failed);
    BOOST_TEST(r.stream->error().code == errc::engine_stopped);
}

// Readers of many streams, some of which close half-way from another thread.
void many_streams() {
    std::vector<piece> body;
    for (int i = 0; i < 50; ++i) body.push_back({event(2 * i) + event(2 * i + 1)});
    body.push_back({done});
    world w({events(body)});
    std::vector<std::thread> threads;
    std::atomic<long> whole{0};
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&w, &whole] {
            std::vector<run> runs;
            for (int i = 0; i < 30; ++i) runs.push_back(w.start(post(delivery::events)));
            for (std::size_t i = 0; i < runs.size(); ++i) {
                reader r(runs[i]);
                if (i % 3 == 0) {
                    std::thread closer([&r] { r.stream->close(); });
                    r.rest();
                    closer.join();
                } else {
                    whole += r.rest().size() == 100 && r.end == pop_result::ended;
                }
            }
        });
    for (std::thread& each : threads) each.join();
    BOOST_TEST_EQ(whole, 60);
    BOOST_TEST(w.quiet());
}

void bytes_come_as_they_are() {
    const std::string odd("\0\xff", 2);
    world w({events({{event(1)}, {odd}, {std::string(done)}})});
    run one = w.start(post(delivery::bytes));
    BOOST_TEST_EQ(one.result().head->status, 200);
    reader r(one);
    std::string whole;
    for (const std::string& piece : r.rest()) whole += piece;
    BOOST_TEST_EQ(whole, event(1) + odd + done);
    BOOST_TEST(r.end == pop_result::ended);
    BOOST_TEST(w.quiet());
    BOOST_TEST_EQ(w.log().kept, 1);
}

void bytes_stop_the_reading_until_they_are_wanted() {
    std::vector<piece> body(40, piece{std::string(100'000, 'b')});
    world w({events(body)});
    run one = w.start(post(delivery::bytes));
    reader r(one);
    std::this_thread::sleep_for(30ms);
    {
        const std::scoped_lock lock(w.log().mutex);
        BOOST_TEST(w.log().reads < 20);
    }
    std::size_t size = 0;
    for (const std::string& piece : r.rest()) size += piece.size();
    BOOST_TEST_EQ(size, 4'000'000u);
    BOOST_TEST(w.quiet());
}

void bytes_left_early_let_go_of_the_connection() {
    world w({events({{event(1)}, {"", op::hang}})});
    run one = w.start(post(delivery::bytes));
    reader r(one);
    BOOST_TEST(r.next() == pop_result::event);
    r.stream->close();
    BOOST_TEST(r.next() == pop_result::closed);
    BOOST_TEST(w.quiet());
    BOOST_TEST_EQ(w.log().cut, 1);
}

void errors_are_whole_answers_also_for_bytes() {
    script refused = answer(404, R"({"error":{"message":"no"}})");
    world w({refused});
    run one = w.start(post(delivery::bytes));
    BOOST_TEST(!one.result().events);
    BOOST_TEST_EQ(one.result().body, R"({"error":{"message":"no"}})");
    BOOST_TEST(w.quiet());
}

// Cut at every offset: the pieces of a body know nothing of events.
void bytes_can_be_parsed_by_their_reader() {
    const std::string text = "event: a\n" + event(1) + event(2) + done + event(3);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        world w({events({{text.substr(0, cut)}, {text.substr(cut)}})});
        run one = w.start(post(delivery::bytes));
        reader r(one);
        r.stream = std::make_shared<parsed_stream>(std::move(r.stream));
        BOOST_TEST(r.next() == pop_result::event);
        BOOST_TEST_EQ(r.last.name, "a");
        BOOST_TEST(r.last.document && r.last.document->find(0, "n") != 0);
        BOOST_TEST(r.rest() == strings{"{\"n\":2}"});
        BOOST_TEST(r.end == pop_result::ended);
        BOOST_TEST(!r.stream->error());
        BOOST_TEST(w.quiet());
    }
    world w({events({{event(1)}, {"", op::fail, errc::connection_closed}})});
    run one = w.start(post(delivery::bytes));
    reader r(one);
    r.stream = std::make_shared<parsed_stream>(std::move(r.stream));
    BOOST_TEST_EQ(r.rest().size(), 1u);
    BOOST_TEST(r.end == pop_result::failed);
    BOOST_TEST(r.stream->error().code == errc::connection_closed);
}

}  // namespace

int main() {
    bytes_come_as_they_are();
    bytes_stop_the_reading_until_they_are_wanted();
    bytes_left_early_let_go_of_the_connection();
    errors_are_whole_answers_also_for_bytes();
    bytes_can_be_parsed_by_their_reader();
    ends_with_the_body();
    ends_at_done();
    fails_after_its_events();
    errors_are_not_streams();
    one_wake_a_batch();
    backpressure();
    close_while_reading();
    close_wakes_the_waiting_reader();
    close_under_backpressure();
    cancel_fails_the_stream();
    many_streams();
    engine_stop_fails_the_stream();
    BOOST_TEST(nothing_alive());
    net::engine::stop();
    return boost::report_errors();
}
