// The pool on loopback: limits, turns, cancelling and closing at every stage. Nothing may be left
// over.
#include "http/pool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/core/lightweight_test.hpp>

#include "net/deadline_wheel.hpp"
#include "net/stream.hpp"
#include "support/http_client.hpp"
#include "support/scripted_server.hpp"
#include "support/silent_address.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

void serve_all(peer& client, int) {
    while (!client.read_request().empty()) client.write(ok);
}

http::pool_settings at_most(std::size_t connections) {
    http::pool_settings settings;
    settings.limits.max_connections = connections;
    return settings;
}

// One acquire in a coroutine of its own; the exchange is kept until let_go().
class taker {
  public:
    explicit taker(http_client& from, timeouts clocks = {}) : from_(from) {
        net::engine& engine = net::engine::shared();
        call_on_engine(
            [&] { asio::co_spawn(engine.get_executor(), take(clocks), asio::detached); });
    }
    bool settled() {
        return call_on_engine([this] { return done_; });
    }
    bool has() {
        return call_on_engine([this] { return exchange_ != nullptr; });
    }
    error_code error() {
        return call_on_engine([this] { return why.code; });
    }
    void let_go() {
        call_on_engine([this] { exchange_.reset(); });
    }
    void cancel() {
        call_on_engine([this] { from_.pool()->cancel_acquire(this); });
    }
    void await_settled() {
        while (!settled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    bool finish() {
        http::response_head head;
        const auto message = http_client::make("GET", "/", "");
        return on_engine([&]() -> task<bool> {
            std::string body;
            error_code ec = co_await exchange_->send(message);
            if (!ec) ec = co_await exchange_->read_head(head);
            while (!ec) ec = co_await exchange_->read_some(body);
            exchange_.reset();
            co_return ec == errc::end_of_body;
        });
    }

    failure why;

  private:
    task<void> take(timeouts clocks) {
        exchange_ = co_await from_.pool()->acquire(from_.to(), clocks, false, this, why);
        done_ = true;
    }

    http_client& from_;
    std::unique_ptr<http::exchange> exchange_;
    bool done_ = false;
};

void turns_come_in_order() {
    scripted_server server(serve_all);
    http_client client(server.port(), at_most(1));
    taker first(client);
    first.await_settled();
    taker second(client), third(client), fourth(client);
    BOOST_TEST_EQ(client.stats().waiting, 3u);
    BOOST_TEST_EQ(client.stats().open, 1u);
    third.cancel();
    third.await_settled();
    BOOST_TEST_EQ(third.error(), error_code(errc::cancelled));
    BOOST_TEST(first.finish());  // its connection goes on to the second
    second.await_settled();
    BOOST_TEST(second.has());
    BOOST_TEST(!fourth.settled());
    second.let_go();  // unused: closed, and the slot goes on
    fourth.await_settled();
    BOOST_TEST(fourth.finish());
    BOOST_TEST_EQ(client.stats().waiting, 0u);
    BOOST_TEST_EQ(client.stats().idle, 1u);
    BOOST_TEST_EQ(server.connections(), 2);
}

void waiting_is_limited() {
    scripted_server server(serve_all);
    http_client client(server.port(), at_most(1));
    taker first(client);
    first.await_settled();
    timeouts soon;
    soon.pool = milliseconds(20);
    taker second(client, soon);
    second.await_settled();
    BOOST_TEST_EQ(second.error(), error_code(errc::pool_timeout));
    BOOST_TEST_EQ(second.why.detail, "1 of 1 connections open, 0 calls waiting");
    BOOST_TEST(second.why.where == phase::queue);
    first.let_go();
    BOOST_TEST_EQ(client.stats().open, 0u);
}

void failed_connects_hand_their_slot_on() {
    std::uint16_t refusing = 0;
    {
        boost::asio::io_context context;
        tcp::acceptor gone(context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        refusing = gone.local_endpoint().port();
    }
    http_client client(refusing, at_most(1));
    taker first(client), second(client), third(client);
    for (taker* each : {&first, &second, &third}) {
        each->await_settled();
        BOOST_TEST_EQ(each->error(), error_code(errc::connect_failed));
        BOOST_TEST(each->why.where == phase::connect);
        const std::string address = "127.0.0.1:" + std::to_string(refusing);
        BOOST_TEST_EQ(each->why.detail, address + ": tried " + address + " (Connection refused)");
    }
    BOOST_TEST_EQ(client.stats().open, 0u);
}

void unknown_hosts_are_told() {
    http_client client(80, {}, false, "no-such-host.invalid");
    taker one(client);
    one.await_settled();
    BOOST_TEST_EQ(one.error(), error_code(errc::host_not_found));
    BOOST_TEST(one.why.where == phase::resolve);
    BOOST_TEST(one.why.detail.starts_with("no-such-host.invalid:80: "));
}

void connecting_is_limited_and_cancelled() {
    const silent_address nowhere;
    http_client client(nowhere.port(), at_most(1));
    timeouts soon;
    soon.connect = milliseconds(30);
    taker timed(client, soon);
    timed.await_settled();
    BOOST_TEST_EQ(timed.error(), error_code(errc::connect_timeout));
    BOOST_TEST_EQ(client.stats().open, 0u);

    taker cancelled(client), next(client);
    BOOST_TEST_EQ(client.stats().waiting, 1u);
    cancelled.cancel();
    cancelled.await_settled();
    BOOST_TEST_EQ(cancelled.error(), error_code(errc::cancelled));
    BOOST_TEST_EQ(client.stats().waiting, 0u);  // its slot has passed on
    next.cancel();
    next.await_settled();
    BOOST_TEST_EQ(client.stats().open, 0u);
}

// Cancelled after the turn has come, before the coroutine has noticed.
void cancelled_with_the_slot_in_hand() {
    scripted_server server(serve_all);
    http_client client(server.port(), at_most(1));
    taker first(client);
    first.await_settled();
    taker second(client);
    const auto message = http_client::make("GET", "/", "");
    call_on_engine([&] {
        client.pool()->cancel_acquire(&second);
        client.pool()->cancel_acquire(&second);
        client.pool()->cancel_acquire(&message);
    });
    second.await_settled();
    taker third(client);
    BOOST_TEST(first.finish());
    third.cancel();
    third.await_settled();
    third.let_go();
    const std::size_t open = client.stats().open;
    BOOST_TEST_EQ(open, client.stats().idle);
    BOOST_TEST_EQ(client.get("/").body, "ok");
}

void closing() {
    scripted_server server(serve_all);
    http_client client(server.port(), at_most(1));
    taker first(client);
    first.await_settled();
    taker second(client);
    call_on_engine([&] { client.pool()->close(false); });
    second.await_settled();
    BOOST_TEST_EQ(second.error(), error_code(errc::client_closed));
    BOOST_TEST(first.finish());  // what is in flight goes on, and is not kept
    BOOST_TEST_EQ(client.stats().open, 0u);
    taker late(client);
    late.await_settled();
    BOOST_TEST_EQ(late.error(), error_code(errc::client_closed));
}

void closing_at_once() {
    scripted_server server([](peer& client, int) { client.read_request(), client.await_close(); });
    const silent_address nowhere;
    http_client client(server.port());
    http_client dialing(nowhere.port());
    taker connecting(dialing);
    const auto message = http_client::make("GET", "/", "");
    call_on_engine([&] {
        net::engine& engine = net::engine::shared();
        struct closer final : net::deadline {
            void expired() noexcept override {
                pool->close(true);
                delete this;
            }
            std::shared_ptr<http::pool> pool;
        };
        for (http_client* each : {&client, &dialing}) {
            auto* soon = new closer;
            soon->pool = each->pool();
            soon->arm(engine.wheel(), milliseconds(10));
        }
    });
    const answer got =
        on_engine([&] { return http_client::one(client.pool(), client.to(), {}, message, false); });
    BOOST_TEST_EQ(got.error.code, error_code(errc::client_closed));
    connecting.await_settled();
    BOOST_TEST_EQ(connecting.error(), error_code(errc::client_closed));
    BOOST_TEST_EQ(client.stats().open + dialing.stats().open, 0u);
}

void idle_connections_expire() {
    scripted_server server(serve_all);
    http::pool_settings settings;
    settings.limits.idle_expiry = milliseconds(20);
    http_client client(server.port(), settings);
    client.get("/");
    while (client.stats().open > 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    BOOST_TEST(!client.get("/").reused);
}

void idle_connections_make_room_for_other_origins() {
    scripted_server one(serve_all), other(serve_all);
    http_client client(one.port(), at_most(1));
    client.get("/");
    http::origin to;
    to.tls = false;
    to.host = "localhost";
    to.port = other.port();
    const auto message = http_client::make("GET", "/", "");
    const auto second = std::make_shared<const http::origin>(to);
    const answer got =
        on_engine([&] { return http_client::one(client.pool(), second, {}, message, false); });
    BOOST_TEST_EQ(got.body, "ok");
    BOOST_TEST_EQ(client.stats().open, 1u);
}

}  // namespace

int main() {
    turns_come_in_order();
    waiting_is_limited();
    failed_connects_hand_their_slot_on();
    unknown_hosts_are_told();
    connecting_is_limited_and_cancelled();
    cancelled_with_the_slot_in_hand();
    closing();
    closing_at_once();
    idle_connections_expire();
    idle_connections_make_room_for_other_origins();
    BOOST_TEST_EQ(call_on_engine(net::open_streams), 0);
    net::engine::stop();
    return boost::report_errors();
}
