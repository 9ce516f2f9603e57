// Dials in which the N-th system call fails, for all N, on every kind of way: the right error in
// the right phase, no descriptor left, and the next dial succeeds.
#include "support/failing_calls.hpp"

#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/core/lightweight_test.hpp>

#include "net/dialer.hpp"
#include "support/expect.hpp"
#include "support/on_engine.hpp"
#include "support/tls_server.hpp"

using namespace oai;
using namespace oai::net;
using namespace oai::testing;
using namespace std::string_literals;

namespace {

struct outcome {
    bool connected = false;
    failure why;
};

outcome dial(route way) {
    return on_engine([way]() -> task<outcome> {
        dialer with(engine::shared());
        outcome how;
        const auto got = co_await with.dial(way, how.why);
        how.connected = got != nullptr;
        if (got) got->close();
        co_return how;
    });
}

bool is_right(const failure& why) {
    switch (why.where) {
        case phase::connect:
            return why.code == errc::connect_failed || why.code == errc::proxy_refused;
        case phase::tls:
            return why.code == errc::tls_failed;
        default:
            return false;
    }
}

void fail_everywhere(const std::string& name, const route& way) {
    BOOST_TEST(dial(way).connected);
    fail_at_each_call(
        name, [&] { return dial(way); },
        [&](const outcome& how, bool fired, const std::string& where) {
            expect(how.connected || (fired && is_right(how.why)),
                   where + how.why.code.message() + " while " + to_string(how.why.where));
            expect(how.connected || !how.why.detail.empty(), where + "nothing is said of it");
            expect(dial(way).connected, where + "the next dial fails");
            expect(call_on_engine([] { return open_streams(); }) == 0, where + "a stream is left");
        });
    const failing_call slowly(0, trickle);
    BOOST_TEST(dial(way).connected);
}

route directly(std::uint16_t port) {
    route way;
    way.host = "127.0.0.1";
    way.port = port;
    return way;
}

route through(proxy::kind kind, std::uint16_t port, std::uint16_t origin) {
    auto by = std::make_shared<proxy>();
    by->speaks = kind;
    by->host = "127.0.0.1";
    by->port = port;
    by->user = "user";
    by->password = "secret";
    route way = directly(origin);
    way.via = std::move(by);
    return way;
}

void tcp_and_unix() {
    const scripted_server origin([](peer& client, int) { client.await_close(); });
    fail_everywhere("tcp", directly(origin.port()));

    char folder[] = "/tmp/oai-test-XXXXXX";
    if (::mkdtemp(folder) == nullptr) return;
    using local = boost::asio::local::stream_protocol;
    boost::asio::io_context context;
    route way = directly(80);
    way.unix_path = folder + "/socket"s;
    {
        local::acceptor listening(context, local::endpoint(way.unix_path));
        std::thread accepting([&] {
            for (error_code ec; !ec;) listening.accept(ec);
        });
        fail_everywhere("unix socket", way);
        ::shutdown(listening.native_handle(), SHUT_RDWR);
        accepting.join();
    }
    ::unlink(way.unix_path.c_str());
    ::rmdir(folder);
}

const certificate own = [] {
    certificate_wish wish;
    wish.name = "localhost";
    wish.alternatives = "IP:127.0.0.1";
    return make_certificate(wish);
}();

tls_settings trusting() {
    tls_settings settings;
    settings.ca_data = own.pem();
    return settings;
}

void over_tls() {
    const tls_server origin(own);
    const tls_settings settings = trusting();
    route way = directly(origin.port());
    way.tls = &settings;
    fail_everywhere("TLS", way);
}

void by_connect() {
    const scripted_server by([](peer& client, int) {
        if (!client.read_request().empty()) client.write("HTTP/1.1 200 OK\r\nVia: x\r\n\r\n");
        client.await_close();
    });
    fail_everywhere("CONNECT", through(proxy::kind::http, by.port(), 443));
}

void by_socks() {
    const scripted_server by([](peer& client, int) {
        std::string bytes(64, '\0');
        error_code ec;
        const auto read = [&](std::size_t size) {
            boost::asio::read(client.socket(), boost::asio::buffer(bytes.data(), size), ec);
        };
        read(4);
        client.write("\x05\x02"s);
        read(13);
        client.write("\x01\0"s);
        read(10);
        client.write("\x05\0\0\x01\0\0\0\0\0\0"s);
        client.await_close();
    });
    fail_everywhere("SOCKS5", through(proxy::kind::socks5, by.port(), 443));
}

void tls_within_tls() {
    // The proxy's inner TLS is the origin's: both are played by the same certificate.
    const tls_server by(own, [](tls_server::secure_stream& outer) {
        std::string request;
        error_code ec;
        boost::asio::read_until(outer, boost::asio::dynamic_buffer(request), "\r\n\r\n", ec);
        boost::asio::write(outer, boost::asio::buffer("HTTP/1.1 200 OK\r\n\r\n", 19), ec);
        boost::asio::ssl::context context(boost::asio::ssl::context::tls_server);
        context.use_certificate_chain(boost::asio::buffer(own.pem()));
        context.use_private_key(boost::asio::buffer(own.key_pem()), boost::asio::ssl::context::pem);
        boost::asio::ssl::stream<tls_server::secure_stream&> inner(outer, context);
        inner.handshake(boost::asio::ssl::stream_base::server, ec);
        char byte = 0;
        if (!ec) inner.read_some(boost::asio::buffer(&byte, 1), ec);
    });
    const tls_settings settings = trusting();
    route way = through(proxy::kind::https, by.port(), 443);
    auto over = std::make_shared<proxy>(*way.via);
    over->tls = settings;
    way.via = std::move(over);
    way.tls = &settings;
    fail_everywhere("TLS within TLS", way);
}

}  // namespace

int main() {
    tcp_and_unix();
    over_tls();
    by_connect();
    by_socks();
    tls_within_tls();
    engine::stop();
    return boost::report_errors();
}
