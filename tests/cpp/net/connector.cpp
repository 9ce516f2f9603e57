// Happy eyeballs on loopback addresses that refuse, stay silent or take the connection; and the
// resolver.
#include "net/connector.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/core/lightweight_test.hpp>
#include <cstring>

#include "net/deadline_wheel.hpp"
#include "net/resolver.hpp"
#include "support/on_engine.hpp"
#include "support/scripted_server.hpp"
#include "support/silent_address.hpp"

using namespace oai;
using namespace oai::net;
using namespace oai::testing;

namespace {

using boost::asio::ip::make_address;

asio::ip::tcp::endpoint place(const char* address, std::uint16_t port) {
    return {make_address(address), port};
}

std::uint16_t refused_port() {
    boost::asio::io_context context;
    tcp::acceptor gone(context, place("127.0.0.1", 0));
    return gone.local_endpoint().port();
}

struct outcome {
    error_code ec;
    std::string detail;
    std::uint16_t port = 0;
    int user_timeout = 0;
    bool no_delay = false, keep_alive = false, non_blocking = false;
};

outcome connect(endpoints where) {
    return on_engine([where]() -> task<outcome> {
        connector dial(engine::shared());
        std::optional<stream_socket> socket;
        outcome result;
        result.ec = co_await dial.connect(where, socket, result.detail);
        if (!socket) co_return result;
        asio::ip::tcp::no_delay no_delay;
        asio::socket_base::keep_alive keep_alive;
        socket->get_option(no_delay);
        socket->get_option(keep_alive);
#if defined(TCP_USER_TIMEOUT)
        socklen_t size = sizeof result.user_timeout;
        ::getsockopt(socket->native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &result.user_timeout,
                     &size);
#endif
        const auto remote = socket->remote_endpoint();
        asio::ip::tcp::endpoint there;
        std::memcpy(there.data(), remote.data(), remote.size());
        result.port = there.port();
        result.no_delay = no_delay.value();
        result.keep_alive = keep_alive.value();
        result.non_blocking = socket->non_blocking();
        co_return result;
    });
}

void families_alternate() {
    const endpoints mixed = {place("::1", 1), place("::1", 2), place("::1", 3),
                             place("127.0.0.1", 4), place("127.0.0.1", 5)};
    std::string order;
    for (const auto& each : in_turn(mixed)) order += std::to_string(each.port());
    BOOST_TEST_EQ(order, "14253");
    const endpoints four_first = {place("127.0.0.1", 4), place("::1", 1), place("::1", 2)};
    order.clear();
    for (const auto& each : in_turn(four_first)) order += std::to_string(each.port());
    BOOST_TEST_EQ(order, "412");
    BOOST_TEST(in_turn({}).empty());
}

void the_first_that_answers_wins() {
    scripted_server server([](peer& client, int) { client.await_close(); });
    const outcome plain = connect({place("127.0.0.1", server.port())});
    BOOST_TEST_EQ(plain.ec, error_code());
    BOOST_TEST(plain.no_delay && plain.keep_alive && plain.non_blocking);
#if defined(TCP_USER_TIMEOUT)
    BOOST_TEST_EQ(plain.user_timeout, 120'000);
#endif

    const outcome second =
        connect({place("127.0.0.1", refused_port()), place("127.0.0.1", server.port())});
    BOOST_TEST_EQ(second.ec, error_code());
    BOOST_TEST_EQ(second.port, server.port());

    const silent_address silent;
    const auto begun = steady::now();
    const outcome behind_a_silent_one =
        connect({silent.where(), place("127.0.0.1", server.port())});
    BOOST_TEST_EQ(behind_a_silent_one.ec, error_code());
    BOOST_TEST_EQ(behind_a_silent_one.port, server.port());
    BOOST_TEST(steady::now() - begun >= connector::stagger);
}

void all_failures_are_named() {
    const std::uint16_t one = refused_port();
    const outcome none = connect({place("127.0.0.1", one), place("127.0.0.2", one)});
    BOOST_TEST_EQ(none.ec, error_code(errc::connect_failed));
    const std::string port = std::to_string(one);
    BOOST_TEST_EQ(none.detail, "127.0.0.1:" + port + " (Connection refused), 127.0.0.2:" + port +
                                   " (Connection refused)");
    BOOST_TEST_EQ(connect({}).ec, error_code(errc::connect_failed));
}

struct canceller final : deadline {
    void expired() noexcept override { target->cancel(); }
    connector* target = nullptr;
};

void cancelling_closes_all_attempts() {
    const silent_address silent;
    const error_code ec = on_engine([where = silent.where()]() -> task<error_code> {
        connector dial(engine::shared());
        canceller soon;
        soon.target = &dial;
        soon.arm(engine::shared().wheel(), milliseconds(20));
        std::optional<stream_socket> socket;
        std::string detail;
        endpoints both;
        both.push_back(where);
        both.push_back(where);
        const error_code ended = co_await dial.connect(both, socket, detail);
        BOOST_TEST(!socket);
        co_return ended;
    });
    BOOST_TEST_EQ(ec, error_code(errc::cancelled));
}

void names_are_resolved() {
    const auto found = on_engine([]() -> task<std::string> {
        std::string text;
        for (const char* host : {"127.0.0.1", "::1", "localhost", "no-such-host.invalid"}) {
            lookup asked(engine::shared());
            engine::shared().dns().start(asked, host, 80);
            co_await asked.wait();
            const resolution* result = asked.result();
            if (!result) co_return "abandoned";
            text += result->addresses.empty() ? std::string("none")
                                              : result->addresses[0].address().to_string();
            text += ' ';
            if (result->addresses.empty()) BOOST_TEST(!result->reason.empty());
        }
        co_return text;
    });
    BOOST_TEST(found == "127.0.0.1 ::1 127.0.0.1 none " || found == "127.0.0.1 ::1 ::1 none ");
}

void answers_are_shared_and_kept() {
    const bool same = on_engine([]() -> task<bool> {
        engine& on = engine::shared();
        on.dns().forget("localhost", 81);
        lookup first(on), second(on), left(on), third(on), fourth(on);
        on.dns().start(first, "localhost", 81);
        on.dns().start(second, "localhost", 81);
        on.dns().start(left, "localhost", 81);
        left.abandon();
        left.abandon();
        co_await left.wait();
        co_await first.wait();
        co_await second.wait();
        on.dns().start(third, "localhost", 81);
        co_await third.wait();
        on.dns().forget("localhost", 81);
        on.dns().start(fourth, "localhost", 81);
        co_await fourth.wait();
        BOOST_TEST(first.result() != nullptr);
        BOOST_TEST(left.result() == nullptr);
        BOOST_TEST_EQ(first.result(), second.result());
        BOOST_TEST_EQ(first.result(), third.result());
        co_return fourth.result() != nullptr&& fourth.result() != first.result();
    });
    BOOST_TEST(same);
}

}  // namespace

int main() {
    families_alternate();
    the_first_that_answers_wins();
    all_failures_are_named();
    cancelling_closes_all_attempts();
    names_are_resolved();
    answers_are_shared_and_kept();
    engine::stop();
    return boost::report_errors();
}
