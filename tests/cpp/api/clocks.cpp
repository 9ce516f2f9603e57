// The limits of a call on real sockets: each send and each receive has its own time, and no time at
// all is over at once.
#include <boost/core/lightweight_test.hpp>

#include "loopback_client.hpp"
#include "support/tls_server.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;
using oai::testing::certificate;
using oai::testing::make_certificate;
using oai::testing::tls_server;

namespace {

// A peer that pauses this long between its steps is slow, but never silent for the limit.
constexpr milliseconds step(60), silence(1'000);
constexpr std::size_t steps = 25;

timeouts patient() {
    timeouts clocks;
    clocks.read = clocks.write = silence;
    return clocks;
}

// All in all longer than the limit.
template <class Write>
void drip(std::string_view text, Write write) {
    const std::size_t size = (text.size() + steps - 1) / steps;
    for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
        std::this_thread::sleep_for(step);
        write(text.substr(0, size));
    }
}

// A body of which nothing can be handed out before all of it is there.
std::string late_body() {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000000000000001;x=" +
           std::string(40, 'y') + "\r\n1\r\n0\r\n\r\n";
}

void slow_answers_have_time() {
    const std::string whole = response(200, "[1,2]");
    const std::string body = late_body();
    const std::size_t head_size = body.find("\r\n\r\n") + 4;
    scripted_server slow([&](peer& from, int number) {
        from.read_request();
        const auto write = [&](std::string_view piece) { from.write(piece); };
        if (number == 0) return drip(whole, write);
        from.write(body.substr(0, head_size));
        drip(std::string_view(body).substr(head_size), write);
    });
    const certificate own = make_certificate({.name = "leaf", .alternatives = "IP:127.0.0.1"});
    tls_server secure(own, [&](tls_server::secure_stream& to) {
        std::string got;
        boost::asio::read_until(to, boost::asio::dynamic_buffer(got), "\r\n\r\n{}");
        drip(whole, [&](std::string_view piece) {
            boost::asio::write(to, boost::asio::buffer(piece.data(), piece.size()));
        });
    });
    http::pool_settings trusting;
    trusting.tls.verify = false;
    client plain(slow), encrypted(secure.port(), true, trusting);
    run head = plain.start(delivery::json, 0, patient());
    while (slow.connections() < 1) std::this_thread::sleep_for(1ms);
    run late = plain.start(delivery::json, 0, patient());
    run tls = encrypted.start(delivery::json, 0, patient());
    for (run* one : {&head, &late, &tls}) {
        BOOST_TEST_EQ(one->result().error.code, error_code());
        BOOST_TEST(one->result().document.has_value());
    }
}

void slow_readers_have_time() {
    const std::string large(48 << 20, 'q');
    scripted_server slow([&](peer& from, int) {
        std::vector<char> some(large.size() / steps);
        for (std::size_t i = 0; i < steps; ++i) {
            std::this_thread::sleep_for(step);
            boost::system::error_code ec;
            boost::asio::read(from.socket(), boost::asio::buffer(some), ec);
        }
        from.write(response(200, "1"));
        boost::system::error_code ec;
        while (!ec) from.socket().read_some(boost::asio::buffer(some), ec);
    });
    client c(slow);
    timeouts clocks = patient();
    clocks.read.reset();
    run one = c.start(delivery::json, 0, clocks, large);
    BOOST_TEST_EQ(one.result().error.code, error_code());
    c.via->close(true);
}

void silence_ends_a_call() {
    std::atomic<bool> over{false};
    scripted_server silent([&over](peer& from, int number) {
        while (number == 0 && !over) std::this_thread::sleep_for(1ms);
        if (number == 0) return;
        from.read_request();
        from.write("HTTP/1.1 200 OK\r\nTransfer-");
        from.await_close();
    });
    client c(silent);
    timeouts clocks;
    clocks.read = clocks.write = 100ms;
    run writes = c.start(delivery::json, 0, clocks, std::string(48 << 20, 'q'));
    BOOST_TEST_EQ(writes.result().error.code, error_code(errc::write_timeout));
    over = true;
    run reads = c.start(delivery::json, 0, clocks);
    BOOST_TEST_EQ(reads.result().error.code, error_code(errc::read_timeout));
    BOOST_TEST(reads.result().error.where == phase::head);
}

// As in the official client: nothing begins that has no time.
void no_time_is_over_at_once() {
    scripted_server server([](peer& from, int) {
        while (!from.read_request().empty()) from.write(response(200, "1"));
    });
    client c(server);
    timeouts clocks;
    clocks.connect = 0ms;
    run connecting = c.start(delivery::json, 0, clocks);
    BOOST_TEST_EQ(connecting.result().error.code, error_code(errc::connect_timeout));
    BOOST_TEST(!connecting.result().error.sent_any);
    c.start().result();
    // A connection at hand needs neither a turn nor a dial.
    clocks.pool = 0ms;
    BOOST_TEST(c.start(delivery::json, 0, clocks).result().when.reused);
    clocks = timeouts();
    clocks.write = 0ms;
    run writing = c.start(delivery::json, 0, clocks);
    BOOST_TEST_EQ(writing.result().error.code, error_code(errc::write_timeout));
    BOOST_TEST(!writing.result().error.sent_any);
    clocks = timeouts();
    clocks.read = 0ms;
    for (const delivery as : {delivery::json, delivery::events}) {
        run reading = c.start(as, 0, clocks);
        BOOST_TEST_EQ(reading.result().error.code, error_code(errc::read_timeout));
        BOOST_TEST(reading.result().error.sent_any);
    }
    c.via->close(true);
}

void no_time_to_queue() {
    scripted_server server([](peer& from, int) {
        from.read_request();
        from.await_close();
    });
    http::pool_settings one_connection;
    one_connection.limits.max_connections = 1;
    client c(server, one_connection);
    run first = c.start();
    while (server.connections() < 1) std::this_thread::sleep_for(1ms);
    timeouts clocks;
    clocks.pool = 0ms;
    run second = c.start(delivery::json, 0, clocks);
    BOOST_TEST_EQ(second.result().error.code, error_code(errc::pool_timeout));
    first.handle->cancel();
    BOOST_TEST(!first.seen->finish());
}

}  // namespace

int main() {
    slow_answers_have_time();
    slow_readers_have_time();
    silence_ends_a_call();
    no_time_is_over_at_once();
    no_time_to_queue();
    BOOST_TEST(nothing_alive());
    return boost::report_errors();
}
