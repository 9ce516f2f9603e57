// HTTP/2 through the pool, against peers that do what no library would.
#include <boost/core/lightweight_test.hpp>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "net/stream.hpp"
#include "support/h2_frames.hpp"
#include "support/http_client.hpp"
#include "support/scripted_server.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

// The peer's side of one connection, in frames.
class h2_peer {
  public:
    explicit h2_peer(peer& on, const std::string& settings = "") : on_(on) {
        on_.write(frame(h2_settings, 0, 0, settings));
    }
    // The next frame that is not about the connection itself; nothing: the client closed.
    std::vector<h2_frame> next() {
        for (;;) {
            for (h2_frame& each : take_frames(bytes_)) waiting_.push_back(std::move(each));
            while (!waiting_.empty()) {
                h2_frame first = std::move(waiting_.front());
                waiting_.erase(waiting_.begin());
                if (first.type == h2_settings && first.flags == 0)
                    on_.write(frame(h2_settings, h2_ack, 0));
                if (first.type == h2_settings || first.type == h2_window_update) continue;
                return {first};
            }
            char piece[4096];
            boost::system::error_code ec;
            const auto size = on_.socket().read_some(boost::asio::buffer(piece), ec);
            if (ec) return {};
            bytes_.append(piece, size);
        }
    }
    // The stream of the next request, read whole; 0: the client closed.
    std::uint32_t request() {
        for (;;) {
            const auto got = next();
            if (got.empty()) return 0;
            const bool carries_end = got[0].type == h2_headers || got[0].type == h2_data;
            if (carries_end && (got[0].flags & h2_end_stream) != 0) return got[0].stream;
        }
    }
    void answer(std::uint32_t stream, const std::string& body = "ok") {
        on_.write(head(stream, "200") + frame(h2_data, h2_end_stream, stream, body));
    }
    bool write(const std::string& bytes) { return on_.write(bytes); }

  private:
    peer& on_;
    std::string bytes_;
    std::vector<h2_frame> waiting_;
};

http::pool_settings plain(std::size_t most_streams = 100) {
    http::pool_settings settings;
    settings.http2 = http::h2_use::prior_knowledge;
    settings.h2.most_streams = settings.limits.most_shared = most_streams;
    return settings;
}

void serve(peer& on, int) {
    h2_peer client(on);
    while (const std::uint32_t stream = client.request()) client.answer(stream);
}

// Many calls at once; their answers, in no order.
std::vector<answer> all(http_client& client, int count, bool fresh = false) {
    const http::request message = http_client::make("POST", "/", "body");
    std::vector<answer> answers;
    std::atomic<int> done{0};
    call_on_engine([&] {
        for (int i = 0; i < count; ++i) {
            auto each = http_client::one(client.pool(), client.to(), client.clocks, message, fresh);
            asio::co_spawn(net::engine::shared().get_executor(), std::move(each),
                           [&](std::exception_ptr, answer got) {
                               answers.push_back(std::move(got));
                               ++done;
                           });
        }
    });
    while (done < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return answers;
}

std::ptrdiff_t good(const std::vector<answer>& answers) {
    return std::ranges::count_if(answers, [](const answer& a) { return a.complete; });
}

void one_connection_carries_many() {
    scripted_server server(serve);
    http_client client(server.port(), plain());
    BOOST_TEST_EQ(good(all(client, 50)), 50);
    BOOST_TEST_EQ(client.post("/", "x").body, "ok");
    BOOST_TEST_EQ(server.connections(), 1);
    BOOST_TEST_EQ(client.stats().open, 1u);
    BOOST_TEST_EQ(client.stats().idle, 1u);
}

void a_cold_burst_opens_as_many_as_it_needs() {
    scripted_server server(serve);
    http_client client(server.port(), plain(10));
    BOOST_TEST_EQ(good(all(client, 95)), 95);
    BOOST_TEST_GE(server.connections(), 10);
    BOOST_TEST_LE(server.connections(), 11);
    BOOST_TEST_EQ(client.stats().waiting, 0u);
}

// Connections are full, and no more are allowed: calls wait for a stream, in order.
void streams_are_passed_on() {
    scripted_server server(serve);
    auto settings = plain(3);
    settings.limits.max_connections = 2;
    http_client client(server.port(), settings);
    BOOST_TEST_EQ(good(all(client, 60)), 60);
    BOOST_TEST_EQ(server.connections(), 2);
}

void a_peer_that_allows_fewer_streams() {
    std::atomic<int> most{0};
    scripted_server server([&](peer& on, int) {
        h2_peer client(on, setting(3, 2));
        std::vector<std::uint32_t> open;
        for (;;) {
            const std::uint32_t stream = client.request();
            if (stream == 0) return;
            open.push_back(stream);
            most = std::max<int>(most, static_cast<int>(open.size()));
            client.answer(open.front());
            open.erase(open.begin());
        }
    });
    http_client client(server.port(), plain());
    BOOST_TEST_EQ(good(all(client, 1)), 1);
    const auto answers = all(client, 20);
    BOOST_TEST_EQ(good(answers), 20);
    BOOST_TEST_LE(most.load(), 2);
}

void a_goodbye_lets_the_accepted_finish() {
    scripted_server server([](peer& on, int number) {
        h2_peer client(on);
        if (number > 0) {
            while (const std::uint32_t stream = client.request()) client.answer(stream);
            return;
        }
        const std::uint32_t first = client.request();
        const std::uint32_t second = client.request();
        client.write(goaway(first, 0));
        BOOST_TEST_GT(second, first);
        client.answer(first);
        client.request();  // until the client closes
    });
    http_client client(server.port(), plain());
    const auto answers = all(client, 2);
    BOOST_TEST_EQ(good(answers), 1);
    const auto refused = [](const answer& a) { return a.error.code == errc::not_processed; };
    BOOST_TEST_EQ(std::ranges::count_if(answers, refused), 1);
    BOOST_TEST_EQ(client.post("/", "x").body, "ok");
    BOOST_TEST_EQ(server.connections(), 2);
}

void a_dead_peer_is_noticed_by_pings() {
    scripted_server server([](peer& on, int) {
        h2_peer client(on);
        client.request();
        client.next();  // the ping, which nobody answers
        client.next();
    });
    auto settings = plain();
    settings.h2.ping_after = milliseconds(50);
    settings.h2.ping_within = milliseconds(50);
    http_client client(server.port(), settings);
    const answer got = client.post("/", "x");
    BOOST_TEST(got.error.code == errc::peer_silent);
    BOOST_TEST_EQ(client.stats().open, 0u);
}

void pings_that_are_answered_keep_a_slow_call() {
    scripted_server server([](peer& on, int) {
        h2_peer client(on);
        const std::uint32_t stream = client.request();
        for (int pings = 0; pings < 3;) {
            const auto got = client.next();
            if (got.empty()) return;
            if (got[0].type != h2_ping) continue;
            ++pings;
            client.write(frame(h2_ping, h2_ack, 0, got[0].payload));
        }
        client.answer(stream);
        client.request();
    });
    auto settings = plain();
    settings.h2.ping_after = milliseconds(30);
    http_client client(server.port(), settings);
    BOOST_TEST_EQ(client.post("/", "x").body, "ok");
}

// Whatever ends the connection ends its calls, and the next call gets another one.
void whatever_happens_the_next_call_succeeds() {
    using script = void (*)(h2_peer&, std::uint32_t);
    const script endings[] = {
        [](h2_peer&, std::uint32_t) {},
        [](h2_peer& p, std::uint32_t) { p.write("HTTP/1.1 400 Bad Request\r\n\r\n"); },
        [](h2_peer& p, std::uint32_t id) { p.write(head(id, "200")); },
        [](h2_peer& p, std::uint32_t id) { p.write(head(id, "200") + frame(h2_data, 0, id, "x")); },
        [](h2_peer& p, std::uint32_t id) { p.write(reset(id, 2)); },
        [](h2_peer& p, std::uint32_t id) { p.write(goaway(id, 11)); },
        [](h2_peer& p, std::uint32_t) { p.write(frame(h2_ping, 0, 0, "no")); },
        [](h2_peer& p, std::uint32_t id) {
            p.write(frame(h2_headers, h2_end_headers, id, "\xff\xff\xff\xff\xff\xff"));
        },
        [](h2_peer& p, std::uint32_t) {
            for (int i = 0; i < 20'000 && p.write(frame(h2_ping, 0, 0, "12345678")); ++i) {
            }
        },
        [](h2_peer& p, std::uint32_t id) {
            p.write(frame(h2_headers, 0, id, literal(":status", "200")));
            for (int i = 0; i < 10'000; ++i)
                if (!p.write(frame(h2_continuation, 0, id, literal("a", std::string(100, 'x')))))
                    return;
        },
    };
    for (const script& ending : endings) {
        scripted_server server([ending](peer& on, int number) {
            h2_peer client(on);
            if (number > 0) {
                while (const std::uint32_t stream = client.request()) client.answer(stream);
                return;
            }
            ending(client, client.request());
        });
        http_client client(server.port(), plain());
        client.clocks.read = milliseconds(5'000);
        BOOST_TEST(!client.post("/", "x").complete);
        // A connection that was reset under one call may serve others until it is gone.
        answer next = client.post("/", "y");
        for (int i = 0; i < 3 && !next.complete; ++i) next = client.post("/", "y");
        BOOST_TEST(next.complete);
    }
    // A link lives until its loops have heard of its end.
    for (int i = 0; i < 1000 && net::open_streams() > 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    BOOST_TEST_EQ(net::open_streams(), 0);
}

void stopping_the_engine_ends_everything() {
    scripted_server server([](peer& on, int) {
        h2_peer client(on);
        while (client.request() != 0) {
        }
    });
    {
        auto client = std::make_unique<http_client>(server.port(), plain());
        const http::request message = http_client::make("POST", "/", "body");
        call_on_engine([&] {
            for (int i = 0; i < 20; ++i)
                asio::co_spawn(
                    net::engine::shared().get_executor(),
                    http_client::one(client->pool(), client->to(), client->clocks, message, false),
                    [](std::exception_ptr, answer) {});
        });
        while (server.connections() < 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        net::engine::stop();
        BOOST_TEST_EQ(net::open_streams(), 0);
    }
}

}  // namespace

int main() {
    one_connection_carries_many();
    a_cold_burst_opens_as_many_as_it_needs();
    streams_are_passed_on();
    a_peer_that_allows_fewer_streams();
    a_goodbye_lets_the_accepted_finish();
    a_dead_peer_is_noticed_by_pings();
    pings_that_are_answered_keep_a_slow_call();
    whatever_happens_the_next_call_succeeds();
    stopping_the_engine_ends_everything();
    return boost::report_errors();
}
