// Whole exchanges in which the N-th system call fails, for all N: the right error, nothing left
// behind, and the next exchange succeeds.
#include "support/failing_calls.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/core/lightweight_test.hpp>
#include <thread>

#include "net/stream.hpp"
#include "support/expect.hpp"
#include "support/h2_frames.hpp"
#include "support/http_client.hpp"
#include "support/tls_server.hpp"

using namespace oai;
using namespace oai::testing;
using namespace std::string_literals;

namespace {

const std::string upload(40'000, 'u');
const std::string chunked =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n";

void serve_http1(peer& client, int) {
    while (!client.read_request().empty())
        if (!client.write(chunked)) return;
}

void serve_http2(peer& client, int) {
    oai::testing::serve_http2(client, [](const std::string&) { return "hello world"s; });
}

bool is_known(error_code ec) {
    for (const errc each : {errc::connect_failed, errc::tls_failed, errc::connection_closed,
                            errc::peer_silent, errc::not_processed, errc::certificate_refused})
        if (ec == each) return true;
    // What the system says of a connection that it lost by itself.
    return ec == boost::system::errc::no_buffer_space ||
           ec == boost::system::errc::host_unreachable;
}

// Another exchange on the same pool, as if nothing had happened. A connection that was kept may
// have been hit as well: the road sends such a request again.
void expect_recovery(http_client& client, const std::string& where) {
    answer next = client.post("/again", "{}");
    if (next.error && next.reused) next = client.post("/again", "{}");
    expect(next.complete && next.body == "hello world",
           where + "then " + next.error.code.message());
    const auto stats = client.stats();
    expect(stats.waiting == 0 && stats.idle == stats.open,
           where + "slots are lost: " + std::to_string(stats.open - stats.idle));
}

// Every exchange on a connection of its own, or on one that is kept.
void fail_everywhere(const std::string& room, http_client& client, bool fresh) {
    const auto run = [&] { return client.exchange("POST", "/", upload, fresh); };
    fail_at_each_call(room, run, [&](const answer& got, bool fired, const std::string& where) {
        const bool good =
            got.complete ? got.body == "hello world" : fired && is_known(got.error.code);
        expect(good, where + got.error.code.message() + ", " + got.error.detail);
        expect_recovery(client, where);
    });
    const failing_call slowly(0, trickle);
    BOOST_TEST_EQ(client.exchange("POST", "/", "small", fresh).body, "hello world");
}

// HTTP/2 connections say goodbye first.
void nothing_is_left(const std::string& room) {
    for (int i = 0; i < 2000 && net::open_streams() != 0; ++i)
        std::this_thread::sleep_for(milliseconds(1));
    expect(net::open_streams() == 0, room + ": streams are left open");
}

void over(const std::string& room, std::uint16_t port, http::pool_settings settings, bool tls) {
    {
        http_client client(port, settings, tls);
        BOOST_TEST(client.post("/", "{}").complete);
        fail_everywhere(room, client, true);
        fail_everywhere(room, client, false);
    }
    nothing_is_left(room);
}

void http1() {
    const scripted_server server(serve_http1);
    over("http/1.1", server.port(), {}, false);
}

void http1_over_tls() {
    certificate_wish wish;
    wish.name = "localhost";
    wish.alternatives = "IP:127.0.0.1";
    const certificate own = make_certificate(wish);
    tls_server server(own, "hello world"s);
    http::pool_settings settings;
    settings.tls.ca_data = own.pem();
    over("http/1.1 over TLS", server.port(), settings, true);
}

void http2() {
    const scripted_server server(serve_http2);
    http::pool_settings settings;
    settings.http2 = http::h2_use::prior_knowledge;
    over("http/2", server.port(), settings, false);
}

}  // namespace

int main() {
    http1();
    http1_over_tls();
    http2();
    return boost::report_errors();
}
