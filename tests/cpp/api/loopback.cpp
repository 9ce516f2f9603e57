// Whole calls over the real pool and real sockets, against a scripted server on the loopback.
#include <sys/wait.h>
#include <unistd.h>

#include <boost/core/lightweight_test.hpp>

#include "loopback_client.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;

namespace {

void echo(peer& from, int) {
    while (!from.read_request().empty()) from.write(response(200, R"({"id":1})"));
}

bool no_connections() {
    for (int i = 0; i < 2000 && live().connections != 0; ++i) std::this_thread::sleep_for(1ms);
    return live().connections == 0;
}

void keeps_the_connection() {
    std::string first;
    scripted_server server([&first](peer& from, int) {
        for (std::string text; !(text = from.read_request()).empty();) {
            if (first.empty()) first = text;
            from.write(response(200, R"({"id":1})"));
        }
    });
    client c(server);
    BOOST_TEST_EQ(c.start().result().head->status, 200);
    run two = c.start();
    BOOST_TEST(two.result().document.has_value() && two.result().when.reused);
    BOOST_TEST_EQ(server.connections(), 1);
    BOOST_TEST(first.starts_with("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:"));
    BOOST_TEST(first.ends_with("x-stainless-retry-count: 0\r\nContent-Length: 2\r\n\r\n{}"));
    c.via.reset();  // dropped, not closed
    BOOST_TEST(no_connections());
}

// The server closes a kept connection, before or after it has read the next request: what it may
// have acted on is not sent again.
void replaces_stale_connections() {
    for (const bool reads_first : {false, true}) {
        scripted_server server([reads_first](peer& from, int number) {
            if (number > 0) return echo(from, number);
            from.read_request();
            from.write(response(200, "1"));
            if (reads_first) from.read_request();
        });
        client c(server);
        c.start().result();
        while (!reads_first && server.ended() == 0) std::this_thread::yield();
        run two = c.start();
        BOOST_TEST_EQ(two.result().error.code == errc::connection_closed, reads_first);
        BOOST_TEST_EQ(two.result().retries_taken, 0);
        BOOST_TEST_EQ(server.connections(), reads_first ? 1 : 2);
        c.via->close(true);
    }
}

void retries_and_redirects() {
    scripted_server server([](peer& from, int) {
        from.read_request();
        from.write(response(429, "{}", "retry-after-ms: 1\r\n"));
        from.read_request();
        from.write(response(307, "", "Location: /there\r\n"));
        const std::string last = from.read_request();
        const bool right = last.starts_with("POST /there ") &&
                           last.find("Authorization: Bearer secret") != last.npos &&
                           last.find("retry-count: 1") != last.npos;
        from.write(response(right ? 200 : 418, "{}"));
    });
    client c(server);
    run one = c.start(delivery::json, 1);
    BOOST_TEST_EQ(one.result().head->status, 200);
    BOOST_TEST_EQ(one.result().retries_taken, 1);
    BOOST_TEST_EQ(server.connections(), 1);
}

std::pair<int, pop_result> read_all(run& one) {
    const auto stream = one.result().events;
    stream_event event;
    int count = 0, armed = 0;
    for (;;) {
        const pop_result got = stream->pop(event);
        if (got == pop_result::event) ++count;
        if (got == pop_result::empty && stream->arm()) {
            ++armed;
            if (!one.seen->wait([&] { return one.seen->readables == armed; })) return {-1, got};
        }
        if (got != pop_result::event && got != pop_result::empty) return {count, got};
    }
}

void streams() {
    scripted_server server([](peer& from, int) {
        from.read_request();
        from.write(stream_head);
        for (int i = 0; i < 200; ++i) from.write(chunk("data: {\"n\":1}\n\n"));
        from.write(chunk("data: [DONE]\n\n") + "0\r\n\r\n");
        echo(from, 0);
    });
    client c(server);
    run one = c.start(delivery::events);
    BOOST_TEST(read_all(one) == std::pair(200, pop_result::ended));
    BOOST_TEST(one.seen->finish());
    BOOST_TEST(c.start().result().when.reused);
    BOOST_TEST_EQ(server.connections(), 1);
}

void truncated_stream_fails() {
    scripted_server server([](peer& from, int) {
        from.read_request();
        from.write(std::string(stream_head) + chunk("data: 1\n\n") + chunk("data: 2\n\n"));
    });
    client c(server);
    run one = c.start(delivery::events);
    BOOST_TEST(read_all(one) == std::pair(2, pop_result::failed));
    BOOST_TEST(no_connections());
}

// The server sees the end of a stream that nobody reads any more, and of a call that was cancelled.
void peer_sees_the_close() {
    std::atomic<int> closes{0};
    scripted_server server([&closes](peer& from, int number) {
        from.read_request();
        if (number < 2) from.write(std::string(stream_head) + chunk("data: 1\n\n"));
        closes += from.await_close();
    });
    client c(server);
    run closed = c.start(delivery::events), dropped = c.start(delivery::events);
    closed.result().events->close();
    dropped.result().events.reset();
    run cancelled = c.start();
    while (server.connections() < 3) std::this_thread::sleep_for(1ms);
    cancelled.handle->cancel();
    BOOST_TEST(!cancelled.seen->finish());
    BOOST_TEST(no_connections());
    for (int i = 0; i < 2000 && closes != 3; ++i) std::this_thread::sleep_for(1ms);
    BOOST_TEST_EQ(closes, 3);
}

// Wherever the real pool and connection are when the cancel comes, nothing waits any longer.
void cancel_after_any_turn(int turns, std::shared_ptr<call> handle) {
    if (turns == 0) return handle->cancel();
    asio::post(net::engine::shared().get_executor(),
               [turns, handle = std::move(handle)] { cancel_after_any_turn(turns - 1, handle); });
}

void cancel_at_every_turn() {
    scripted_server server([](peer& from, int) {
        from.read_request();
        from.await_close();
    });
    http::pool_settings one_connection;
    one_connection.limits.max_connections = 1;
    client c(server, one_connection);
    for (int turns = 0; turns < 60; ++turns) {
        run first = c.start(), waiting = c.start();
        for (const auto& handle : {first.handle, waiting.handle})
            net::engine::shared().submit(
                net::make_job([turns, handle] { cancel_after_any_turn(turns, handle); }));
        for (run* one : {&first, &waiting}) {
            BOOST_TEST(!one->seen->finish());
            BOOST_TEST(one->seen->destroyed);
        }
    }
    BOOST_TEST(no_connections());
}

void limits() {
    scripted_server server([](peer& from, int) {
        from.read_request();
        from.await_close();
    });
    http::pool_settings one_connection;
    one_connection.limits.max_connections = 1;
    client c(server, one_connection);
    timeouts clocks;
    clocks.pool = 10ms;
    run holder = c.start();
    run waiting = c.start(delivery::json, 0, clocks);
    BOOST_TEST(waiting.result().error.code == errc::pool_timeout);
    holder.handle->cancel();
    clocks = timeouts();
    clocks.read = 40ms;
    run slow = c.start(delivery::json, 0, clocks);
    BOOST_TEST(slow.result().error.code == errc::read_timeout);
    BOOST_TEST(slow.result().error.where == phase::head);
    BOOST_TEST(no_connections());
}

void shares_few_connections() {
    scripted_server server(echo);
    http::pool_settings settings;
    settings.limits.max_connections = 4;
    client c(server, settings);
    std::vector<run> runs;
    for (int i = 0; i < 300; ++i) runs.push_back(c.start());
    for (std::size_t i = 0; i < runs.size(); i += 7) runs[i].handle->cancel();
    for (std::size_t i = 0; i < runs.size(); ++i) BOOST_TEST(runs[i].seen->finish() || i % 7 == 0);
    BOOST_TEST(!c.start().result().error);
    c.via->close(false);
    BOOST_TEST(no_connections());
}

void abort_fails_what_is_in_flight() {
    scripted_server server([](peer& from, int) {
        from.read_request();
        from.await_close();
    });
    client c(server);
    run one = c.start(delivery::json, 2);
    while (server.connections() < 1) std::this_thread::sleep_for(1ms);
    c.via->close(true);
    BOOST_TEST(one.result().error.code == errc::client_closed);
    BOOST_TEST_EQ(one.result().retries_taken, 0);
}

void survives_a_fork() {
#ifndef __SANITIZE_THREAD__  // it does not support threads in a forked child
    scripted_server server(echo);
    client c(server);
    c.start().result();
    const pid_t child = ::fork();
    if (child == 0) {
        run one = c.start();
        const bool right = one.result().head && one.result().head->status == 200 &&
                           !one.result().when.reused && live().connections == 1;
        c.via.reset();
        ::_exit(right && no_connections() ? 0 : 1);
    }
    int status = -1;
    BOOST_TEST_EQ(::waitpid(child, &status, 0), child);
    BOOST_TEST(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    BOOST_TEST(c.start().result().when.reused);  // the parent's connection is as it was
#endif
}

// Each stop tears down what the calls of the next engine, on the same client, already want.
void calls_while_the_engine_stops_and_starts() {
    scripted_server server(echo);
    client c(server);
    std::atomic<bool> enough{false};
    std::atomic<int> answered{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 3; ++i)
        callers.emplace_back([&] {
            while (!enough) {
                std::vector<run> some;
                for (int each = 0; each < 10; ++each) some.push_back(c.start());
                for (run& each : some) answered += each.seen->finish();
            }
        });
    for (int i = 0; i < 100; ++i) {
        const int before = answered;
        while (answered == before) std::this_thread::yield();
        net::engine::stop();
    }
    enough = true;
    for (std::thread& each : callers) each.join();
    BOOST_TEST_EQ(c.start().result().head->status, 200);
    c.via.reset();
    BOOST_TEST(no_connections());
    BOOST_TEST_EQ(live().calls, 0);
}

void engine_stop_with_everything_in_flight() {
    scripted_server server([](peer& from, int number) {
        from.read_request();
        if (number == 0) from.write(stream_head);
        from.await_close();
    });
    http::pool_settings settings;
    settings.limits.max_connections = 3;
    client c(server, settings);
    run stream = c.start(delivery::events);
    const auto events = std::move(stream.result().events);
    std::vector<run> runs;
    for (int i = 0; i < 5; ++i) runs.push_back(c.start());
    while (server.connections() < 3) std::this_thread::sleep_for(1ms);
    net::engine::stop();
    for (run& each : runs) BOOST_TEST(each.seen->destroyed && each.seen->dones == 0);
    stream_event event;
    BOOST_TEST(events->pop(event) == pop_result::failed);
    BOOST_TEST_EQ(live().calls, 5 + 1);  // their handles are still here, and nothing else
    runs.clear();
    stream.handle.reset();
    BOOST_TEST_EQ(live().calls, 0);
    BOOST_TEST_EQ(live().connections, 0);
}

}  // namespace

int main() {
    keeps_the_connection();
    replaces_stale_connections();
    retries_and_redirects();
    streams();
    truncated_stream_fails();
    peer_sees_the_close();
    cancel_at_every_turn();
    limits();
    shares_few_connections();
    abort_fails_what_is_in_flight();
    survives_a_fork();
    BOOST_TEST(nothing_alive());
    calls_while_the_engine_stops_and_starts();
    engine_stop_with_everything_in_flight();
    return boost::report_errors();
}
