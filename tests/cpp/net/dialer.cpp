// Dials through scripted proxies, over unix sockets and from a local address.
#include "net/dialer.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/core/lightweight_test.hpp>
#include <cstdlib>
#include <future>
#include <tuple>

#include "net/deadline_wheel.hpp"
#include "support/on_engine.hpp"
#include "support/scripted_server.hpp"

using namespace oai;
using namespace oai::net;
using namespace oai::testing;
using namespace std::string_literals;

namespace {

struct outcome {
    bool connected = false;
    failure why;
    std::string greeting;  // the first bytes that came through
};

// What the origin does behind a tunnel: it answers, and says nothing before.
void greet(peer& client) {
    char question;
    error_code ec;
    client.socket().read_some(boost::asio::buffer(&question, 1), ec);
    client.write("hello");
    client.await_close();
}

struct ending final : deadline {
    dialer* target = nullptr;
    void expired() noexcept override { target->abort(errc::connect_timeout); }
};

outcome dial(route way, limit within = std::nullopt) {
    return on_engine([way, within]() -> task<outcome> {
        engine& on = engine::shared();
        dialer with(on);
        ending clock;
        clock.target = &with;
        if (within) clock.arm(on.wheel(), *within);
        outcome how;
        const auto got = co_await with.dial(way, how.why);
        clock.disarm();
        if (!got) co_return how;
        how.connected = true;
        char bytes[64] = "?";
        error_code ec;
        auto token = asio::redirect_error(asio::deferred, ec);
        const asio::const_buffer question(bytes, 1), nothing;
        co_await got->async_write_some(question, nothing, token);
        const asio::mutable_buffer into = asio::buffer(bytes);
        const std::size_t size = co_await got->async_read_some(into, token);
        how.greeting.assign(bytes, size);
        got->close();
        co_return how;
    });
}

route through(proxy::kind kind, std::uint16_t port) {
    proxy by;
    by.speaks = kind;
    by.host = "127.0.0.1";
    by.port = port;
    by.authorization = "Proxy-Authorization: Basic c2VjcmV0\r\n";
    route way;
    way.host = "api.invalid";
    way.port = 443;
    way.via = std::make_shared<const proxy>(by);
    return way;
}

std::string named(const route& way) {
    return "proxy " + way.via->name() + ", asked for api.invalid:443: ";
}

void a_tunnel_is_dug_whatever_the_pieces() {
    scripted_server server([](peer& client, int) {
        client.socket().set_option(tcp::no_delay(true));
        BOOST_TEST(client.read_request().starts_with("CONNECT api.invalid:443 HTTP/1.1\r\n"));
        for (const char byte : "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"s)
            client.write(std::string_view(&byte, 1));
        greet(client);
    });
    const outcome how = dial(through(proxy::kind::http, server.port()));
    BOOST_TEST_EQ(how.greeting, "hello");
    BOOST_TEST_EQ(how.why.code, error_code());
}

void refusals_name_the_proxy_and_no_secret() {
    for (const auto& [answer, code, reason] :
         {std::tuple("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", errc::proxy_auth,
                     "407 Proxy Authentication Required"),
          std::tuple("HTTP/1.1 503 Service Unavailable\r\n\r\n", errc::proxy_refused,
                     "503 Service Unavailable"),
          std::tuple("", errc::proxy_refused, "it closed the connection (End of file)")}) {
        scripted_server server([answer = answer](peer& client, int) {
            client.read_request();
            client.write(answer);
        });
        const route way = through(proxy::kind::http, server.port());
        const outcome how = dial(way);
        BOOST_TEST(!how.connected);
        BOOST_TEST_EQ(how.why.code, error_code(code));
        BOOST_TEST(how.why.where == phase::connect);
        BOOST_TEST_EQ(how.why.detail, named(way) + reason);
    }
}

void silent_proxies_end_with_the_limit() {
    for (const auto kind : {proxy::kind::http, proxy::kind::https, proxy::kind::socks5h}) {
        scripted_server server([](peer& client, int) {
            char byte;
            error_code ec;
            while (!ec) client.socket().read_some(boost::asio::buffer(&byte, 1), ec);
        });
        const outcome how = dial(through(kind, server.port()), milliseconds(50));
        BOOST_TEST(!how.connected);
        BOOST_TEST_EQ(how.why.code, error_code(errc::connect_timeout));
        BOOST_TEST(how.why.where == (kind == proxy::kind::https ? phase::tls : phase::connect));
    }
}

void dead_proxies_are_named() {
    std::uint16_t port = 0;
    {
        scripted_server gone([](peer&, int) {});
        port = gone.port();
    }
    const outcome how = dial(through(proxy::kind::socks5h, port));
    BOOST_TEST_EQ(how.why.code, error_code(errc::connect_failed));
    BOOST_TEST(how.why.detail.starts_with("proxy socks5h://127.0.0.1:" + std::to_string(port) +
                                          ": tried 127.0.0.1:"));
    route unknown = through(proxy::kind::socks5h, port);
    proxy lost = *unknown.via;
    lost.host = "proxy.invalid";
    unknown.via = std::make_shared<const proxy>(lost);
    BOOST_TEST_EQ(dial(unknown).why.code, error_code(errc::host_not_found));
}

void socks_resolves_where_its_name_says() {
    std::array<std::promise<std::string>, 3> asked;  // by connection
    scripted_server server([&asked](peer& client, int number) {
        const auto read = [&client](std::size_t size) {
            std::string bytes(size, '\0');
            error_code ec;
            bytes.resize(boost::asio::read(client.socket(), boost::asio::buffer(bytes), ec));
            return bytes;
        };
        read(3);
        client.write("\x05\0"s);
        const std::string head = read(5);
        if (head.size() < 5) return asked.at(number).set_value("nothing");
        asked.at(number).set_value(head[3] == 3 ? read(static_cast<unsigned char>(head[4]) + 2u)
                                                : head[4] + read(5));
        client.write("\x05\0\0\x01\0\0\0\0\0\0"s);
        greet(client);
    });
    const auto question = [&asked](int number) { return asked.at(number).get_future().get(); };
    route way = through(proxy::kind::socks5h, server.port());
    BOOST_TEST_EQ(dial(way).greeting, "hello");
    BOOST_TEST_EQ(question(0), "api.invalid\x01\xbb");
    way = through(proxy::kind::socks5, server.port());
    const outcome unresolved = dial(way);
    BOOST_TEST_EQ(unresolved.why.code, error_code(errc::host_not_found));
    BOOST_TEST(unresolved.why.where == phase::resolve);
    BOOST_TEST_EQ(question(1), "nothing");
    way.host = "127.0.0.1";
    BOOST_TEST(dial(way).connected);
    BOOST_TEST_EQ(question(2), "\x7f\0\0\x01\x01\xbb"s);
}

void unix_sockets() {
    using local = boost::asio::local::stream_protocol;
    char folder[] = "/tmp/oai-test-XXXXXX";
    if (::mkdtemp(folder) == nullptr) return;
    route way;
    way.host = "localhost";
    way.port = 80;
    way.unix_path = std::string(folder) + "/socket";
    const outcome missing = dial(way);
    BOOST_TEST_EQ(missing.why.code, error_code(errc::connect_failed));
    BOOST_TEST_EQ(missing.why.detail,
                  "unix socket " + way.unix_path + " (No such file or directory)");

    boost::asio::io_context context;
    local::acceptor acceptor(context);
    acceptor.open();
    acceptor.bind(local::endpoint(way.unix_path));
    acceptor.listen(0);
    // More than the backlog holds: connects wait for their turn.
    constexpr int many = 8;
    std::thread server([&acceptor, &context] {
        for (int i = 0; i < many; ++i) {
            local::socket taken(context);
            acceptor.accept(taken);
            boost::asio::write(taken, boost::asio::buffer("hello", 5));
        }
    });
    std::vector<std::future<outcome>> all;
    for (int i = 0; i < many; ++i)
        all.push_back(std::async(std::launch::async, [&way] { return dial(way); }));
    for (auto& each : all) BOOST_TEST_EQ(each.get().greeting, "hello");
    server.join();
    ::unlink(way.unix_path.c_str());
    ::rmdir(folder);
}

void names_that_do_not_fit_are_not_cut() {
    scripted_server server([](peer& client, int) { client.await_close(); });
    for (const auto kind : {proxy::kind::socks5h, proxy::kind::http}) {
        route way = through(kind, server.port());
        way.host = std::string(256, 'a');
        const outcome how = dial(way);
        BOOST_TEST(!how.connected);
        BOOST_TEST_EQ(how.why.code, error_code(errc::host_not_found));
    }
}

void a_local_address_is_where_we_come_from() {
    scripted_server server([](peer& client, int) {
        client.write(client.socket().remote_endpoint().address().to_string());
        client.await_close();
    });
    route way;
    way.host = "127.0.0.1";
    way.port = server.port();
    way.from = boost::asio::ip::make_address("127.0.0.9");
    BOOST_TEST_EQ(dial(way).greeting, "127.0.0.9");
    way.from = boost::asio::ip::make_address("::1");
    const outcome other_family = dial(way);
    BOOST_TEST_EQ(other_family.why.code, error_code(errc::connect_failed));
    BOOST_TEST(other_family.why.detail.ends_with("no address of the family of ::1"));
}

}  // namespace

int main() {
    a_tunnel_is_dug_whatever_the_pieces();
    refusals_name_the_proxy_and_no_secret();
    silent_proxies_end_with_the_limit();
    dead_proxies_are_named();
    socks_resolves_where_its_name_says();
    unix_sockets();
    names_that_do_not_fit_are_not_cut();
    a_local_address_is_where_we_come_from();
    BOOST_TEST_EQ(call_on_engine([] { return open_streams(); }), 0);
    engine::stop();
    return boost::report_errors();
}
