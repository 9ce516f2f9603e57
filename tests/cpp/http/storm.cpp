// Everything at once: calls cancelled at random moments, and the engine stopped under all of them.
// Nothing may be lost but the calls.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/core/lightweight_test.hpp>
#include <random>

#include "http/pool.hpp"
#include "net/deadline_wheel.hpp"
#include "net/stream.hpp"
#include "support/http_client.hpp"
#include "support/scripted_server.hpp"
#include "support/silent_address.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

const std::string in_chunks =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

// Counts what is alive in the coroutines: the stand-in for a call's sink.
struct counted {
    counted() { ++alive; }
    ~counted() { --alive; }
    counted(const counted&) = delete;
    static inline std::atomic<int> alive{0};
};

struct canceller final : net::deadline {
    void expired() noexcept override {
        pool->cancel_acquire(this);
        if (exchange) exchange->cancel();
    }
    http::pool* pool = nullptr;
    http::exchange* exchange = nullptr;
};

task<void> call(std::shared_ptr<http::pool> pool, std::shared_ptr<const http::origin> to,
                milliseconds patience, std::atomic<int>& done, std::atomic<int>& answered) {
    const counted here;
    const http::request message = http_client::make("POST", "/", "body");
    failure why;
    canceller soon;
    soon.pool = pool.get();
    soon.arm(net::engine::shared().wheel(), patience);
    auto exchange = co_await pool->acquire(to, timeouts(), false, &soon, why);
    if (exchange) {
        soon.exchange = exchange.get();
        http::response_head head;
        std::string body;
        error_code ec = co_await exchange->send(message);
        if (!ec) ec = co_await exchange->read_head(head);
        while (!ec) ec = co_await exchange->read_some(body);
        soon.disarm();
        if (ec == errc::end_of_body) ++answered;
        BOOST_TEST(ec == errc::end_of_body || ec == errc::cancelled ||
                   ec == errc::connection_closed);
    }
    ++done;
}

void serve_slowly(peer& client, int number) {
    while (!client.read_request().empty()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(number % 4));
        if (!client.write(in_chunks.substr(0, 60))) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(number % 3));
        if (!client.write(in_chunks.substr(60))) return;
    }
}

void cancel_storm() {
    scripted_server server(serve_slowly);
    http::pool_settings settings;
    settings.limits.max_connections = 8;
    http_client client(server.port(), settings);
    std::mt19937 random(3);
    std::atomic<int> done{0}, answered{0};
    constexpr int calls = 600;
    for (int i = 0; i < calls; ++i) {
        const milliseconds patience(random() % 5 ? random() % 150 : 5'000);
        call_on_engine([&] {
            asio::co_spawn(net::engine::shared().get_executor(),
                           call(client.pool(), client.to(), patience, done, answered),
                           asio::detached);
        });
    }
    while (done < calls) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const http::pool_stats after = client.stats();
    BOOST_TEST_EQ(after.waiting, 0u);
    BOOST_TEST_EQ(after.open, after.idle);
    BOOST_TEST_LE(after.open, 8u);
    BOOST_TEST_GT(answered.load(), 0);
    BOOST_TEST_LT(answered.load(), calls);
    // The whole capacity is there.
    done = answered = 0;
    for (int i = 0; i < 8; ++i)
        call_on_engine([&] {
            asio::co_spawn(net::engine::shared().get_executor(),
                           call(client.pool(), client.to(), milliseconds(20'000), done, answered),
                           asio::detached);
        });
    while (done < 8) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    BOOST_TEST_EQ(answered.load(), 8);
    BOOST_TEST_EQ(counted::alive.load(), 0);
}

// Waiting, resolving, connecting, shaking hands, reading: all are dropped, and the pool outlives
// it.
void stopping_the_engine() {
    scripted_server server([](peer& client, int) { client.read_request(), client.await_close(); });
    const silent_address silent;
    http::pool_settings one;
    one.limits.max_connections = 2;
    auto reading = std::make_unique<http_client>(server.port(), one);
    auto connecting = std::make_unique<http_client>(silent.port(), one);
    auto shaking = std::make_unique<http_client>(server.port(), one, true);
    auto resolving = std::make_unique<http_client>(server.port(), one, false, "unknown.invalid");
    std::atomic<int> done{0}, answered{0};
    for (int i = 0; i < 5; ++i)
        for (const auto* each : {&reading, &connecting, &shaking, &resolving})
            call_on_engine([&] {
                asio::co_spawn(
                    net::engine::shared().get_executor(),
                    call((*each)->pool(), (*each)->to(), milliseconds(20'000), done, answered),
                    asio::detached);
            });
    // Over TLS the first connection is to tell whether the others are needed.
    while (server.connections() < 3) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    BOOST_TEST_GE(counted::alive.load(), 15);
    net::engine::stop();
    BOOST_TEST_EQ(counted::alive.load(), 0);
    BOOST_TEST_EQ(net::open_streams(), 0);
    for (auto* each : {&reading, &connecting, &shaking, &resolving}) each->reset();
    http_client afterwards(server.port(), one);
    BOOST_TEST_EQ(afterwards.stats().open, 0u);
}

}  // namespace

int main() {
    cancel_storm();
    stopping_the_engine();
    net::engine::stop();
    return boost::report_errors();
}
