// Whole exchanges over loopback: what is sent, what is read, and what becomes of the connection.
#include <zlib.h>

#include <boost/core/lightweight_test.hpp>

#include "http/pool.hpp"
#include "net/deadline_wheel.hpp"
#include "net/stream.hpp"
#include "support/http_client.hpp"
#include "support/scripted_server.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string with_body(const std::string& fields, const std::string& body) {
    return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string gzipped(const std::string& text) {
    z_stream zip{};
    deflateInit2(&zip, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(compressBound(text.size()) + 64, '\0');
    zip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    zip.avail_in = static_cast<uInt>(text.size());
    zip.next_out = reinterpret_cast<Bytef*>(packed.data());
    zip.avail_out = static_cast<uInt>(packed.size());
    deflate(&zip, Z_FINISH);
    packed.resize(zip.total_out);
    deflateEnd(&zip);
    return packed;
}

void keeps_a_connection() {
    std::string seen;
    scripted_server server([&](peer& client, int) {
        for (std::string request; !(request = client.read_request()).empty();) {
            seen = request;
            client.write("HTTP/1.1 201 Made\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello");
        }
    });
    http_client client(server.port());
    for (int i = 0; i < 3; ++i) {
        const answer got = client.post("/v1/x", "{\"a\":1}");
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST_EQ(got.head.status, 201);
        BOOST_TEST_EQ(got.head.reason, "Made");
        BOOST_TEST_EQ(got.head.get("x-a"), "b");
        BOOST_TEST_EQ(got.body, "hello");
        BOOST_TEST_EQ(got.reused, i > 0);
    }
    BOOST_TEST_EQ(server.connections(), 1);
    BOOST_TEST_EQ(seen, "POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                            "\r\nX-Fixed: 1\r\nX-Extra: 2\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
    client.get("/");
    BOOST_TEST(seen.find("Content-Length") == seen.npos);
    client.post("/", "");
    BOOST_TEST(seen.find("Content-Length: 0\r\n") != seen.npos);
}

void callers_host_header_replaces_ours() {
    std::string seen;
    scripted_server server([&](peer& client, int) {
        seen = client.read_request();
        client.write(ok);
    });
    http_client client(server.port());
    http::request message = http_client::make("GET", "/", "");
    message.extra.add("host", "other.example");
    on_engine([&] { return http_client::one(client.pool(), client.to(), {}, message, false); });
    BOOST_TEST_EQ(seen,
                  "GET / HTTP/1.1\r\nX-Fixed: 1\r\nX-Extra: 2\r\nhost: other.example\r\n\r\n");
}

void stale_connections_are_replaced_unseen() {
    scripted_server server([](peer& client, int number) {
        client.read_request();
        client.write(ok);
        // The first connections are closed, or written to, while they are idle.
        if (number == 1) client.write("HTTP/1.1 408 Request Timeout\r\n\r\n");
        if (number > 1) client.read_request().empty() || client.write(ok);
    });
    http_client client(server.port());
    for (int i = 0; i < 4; ++i) {
        const answer got = client.post("/", "x");
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST_EQ(got.head.status, 200);
        BOOST_TEST_EQ(got.reused, i == 3);
        while (server.ended() < std::min(i + 1, 2)) std::this_thread::yield();
    }
    BOOST_TEST_EQ(server.connections(), 3);
}

void fresh_means_new() {
    scripted_server server([](peer& client, int) {
        while (!client.read_request().empty()) client.write(ok);
    });
    http_client client(server.port());
    client.get("/");
    BOOST_TEST(!client.exchange("GET", "/", "", true).reused);
    BOOST_TEST_EQ(server.connections(), 2);
}

// The peer had the whole request and may have acted on it.
void closed_under_a_reused_connection() {
    scripted_server server([](peer& client, int number) {
        client.read_request();
        client.write(ok);
        if (number == 0) client.read_request();
    });
    http_client client(server.port());
    client.get("/");
    const answer got = client.post("/", "x");
    BOOST_TEST_EQ(got.error.code, error_code(errc::connection_closed));
    BOOST_TEST(got.reused);
    BOOST_TEST(got.sent_any);
    BOOST_TEST(!got.received_any);
    BOOST_TEST(!got.undelivered);
}

// The race that a check before sending cannot see: told apart by what the peer has acknowledged.
void the_end_crosses_a_request() {
    scripted_server server([](peer& client, int) {
        client.read_request();
        client.write(ok);
        char byte = 0;
        boost::system::error_code ec;
        client.socket().read_some(boost::asio::buffer(&byte, 1), ec);
        client.socket().shutdown(tcp::socket::shutdown_send, ec);
        while (!ec) client.socket().read_some(boost::asio::buffer(&byte, 1), ec);
    });
    http_client client(server.port());
    client.get("/");
    // It fits into our system's buffers, and not into those of a peer that does not read.
    const answer got = client.post("/", std::string(300'000, 'x'));
    BOOST_TEST_EQ(got.error.code, error_code(errc::connection_closed));
    BOOST_TEST(got.reused && got.sent_any && got.undelivered);
}

void interim_answers_are_bounded() {
    int interim = 0;
    scripted_server server([&](peer& client, int) {
        client.read_request();
        std::string wire;
        for (int i = 0; i < interim; ++i) wire += "HTTP/1.1 102 Processing\r\nX: y\r\n\r\n";
        client.write(wire + ok);
    });
    http_client client(server.port());
    const auto ask = [&client] { return client.exchange("GET", "/", "", true); };
    interim = 16;
    BOOST_TEST_EQ(ask().body, "ok");
    interim = 17;
    BOOST_TEST_EQ(ask().error.code, error_code(errc::too_many_interim));
    interim = 100'000;
    BOOST_TEST_EQ(ask().error.code, error_code(errc::too_many_interim));
}

// Endless heads, chunk headers and trailers come to an end.
void sizes_are_bounded() {
    struct endless {
        std::string start, filler;
        errc refused;
    };
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string fields = "X: " + std::string(300, 'y') + "\r\n";
    const std::vector<endless> cases = {
        {"HTTP/1.1 200 OK\r\nX: ", std::string(1000, 'x'), errc::header_too_large},
        {"HTTP/1.1 200 OK\r\n", fields, errc::header_too_large},
        {chunked + "1;", fields, errc::bad_response},
        {chunked + "1;x=", "y", errc::chunks_too_large},
        {chunked, "1;x=" + std::string(1000, 'y') + "\r\na\r\n", errc::chunks_too_large},
        {chunked + "0\r\n", fields, errc::chunks_too_large},
        {chunked + "00000000000000000", "z", errc::chunks_too_large},
    };
    scripted_server server([&cases](peer& client, int number) {
        const endless& now = cases.at(static_cast<std::size_t>(number));
        client.read_request();
        client.write(now.start);
        while (client.write(now.filler)) continue;
    });
    http_client client(server.port());
    for (const endless& each : cases)
        BOOST_TEST_EQ(client.get("/").error.code, error_code(each.refused));
}

void fields_are_counted() {
    int fields = 0;
    scripted_server server([&](peer& client, int) {
        while (!client.read_request().empty()) {
            std::string lines;
            for (int i = 0; i < fields; ++i) lines += "X: y\r\n";
            client.write(with_body(lines, "ok"));
        }
    });
    http_client client(server.port());
    fields = 999;  // and Content-Length
    BOOST_TEST_EQ(client.get("/").body, "ok");
    fields = 1000;
    BOOST_TEST_EQ(client.get("/").error.code, error_code(errc::too_many_headers));
}

void heads_as_large_as_the_limit_pass() {
    const std::string value(100 * 1024, 'v');
    scripted_server server([&](peer& client, int) {
        client.read_request();
        client.write(with_body("X-Big: " + value + "\r\n", "ok"));
    });
    http_client client(server.port());
    const answer got = client.get("/");
    BOOST_TEST_EQ(got.body, "ok");
    BOOST_TEST(got.head.get("x-big") == value);
}

void bodies_are_bounded() {
    std::string fields;
    scripted_server server([&](peer& client, int) {
        client.read_request();
        client.write("HTTP/1.1 200 OK\r\n" + fields + "\r\n");
        const bool in_chunks = !fields.empty();
        while (client.write(in_chunks ? "4\r\nabcd\r\n" : "abcd")) continue;
    });
    http::pool_settings settings;
    settings.wire.body = 100'000;
    http_client client(server.port(), settings);
    BOOST_TEST_EQ(client.get("/").error.code, error_code(errc::body_too_large));
    fields = "Transfer-Encoding: chunked\r\n";
    BOOST_TEST_EQ(client.get("/").error.code, error_code(errc::body_too_large));
}

void compressed_bodies_are_inflated() {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += std::to_string(i);
    const std::string packed = gzipped(text);
    bool cut = false;
    scripted_server server([&](peer& client, int) {
        while (!client.read_request().empty())
            client.write(with_body("Content-Encoding: gzip\r\n",
                                   cut ? packed.substr(0, packed.size() / 2) : packed));
    });
    http_client client(server.port());
    const answer got = client.get("/");
    BOOST_TEST(got.body == text);
    BOOST_TEST_EQ(client.stats().idle, 1u);
    BOOST_TEST(client.exchange("HEAD", "/", "").complete);
    cut = true;
    BOOST_TEST_EQ(client.get("/").error.code, error_code(errc::bad_encoding));
}

void large_bodies_both_ways() {
    const std::string large(8 << 20, 'q');
    scripted_server server([&](peer& client, int) {
        for (std::string request; !(request = client.read_request()).empty();)
            client.write(with_body("", request.substr(request.find("\r\n\r\n") + 4)));
    });
    http_client client(server.port());
    for (int i = 0; i < 2; ++i) {
        const answer got = client.post("/", large);
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST(got.body == large);
        BOOST_TEST_EQ(got.reused, i == 1);
    }
}

// A server that answers before it has read the request: the answer counts, however the rest fares.
void early_answers_are_delivered() {
    const std::string large(32 << 20, 'q');
    const std::string refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig";
    scripted_server server([&](peer& client, int number) {
        char some[1000];
        client.socket().read_some(boost::asio::buffer(some));
        client.write(refusal);
        if (number == 0) client.await_close();  // neither reads nor closes
    });
    http_client client(server.port());
    for (int i = 0; i < 2; ++i) {
        const answer got = client.post("/", large);
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST_EQ(got.head.status, 413);
        BOOST_TEST_EQ(got.body, "big");
        BOOST_TEST_EQ(client.stats().open, 0u);
    }
}

// As a stream does that stops at its end mark: the terminator counts only if it has arrived.
void finishing_without_waiting() {
    const std::string start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nDONE\r\n";
    std::string rest;
    std::atomic<bool> rest_sent{false};
    scripted_server server([&](peer& client, int) {
        client.read_request();
        client.write(start);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        client.write(rest);
        rest_sent = true;
        client.await_close();
    });
    for (const bool arrives : {true, false}) {
        rest = arrives ? "0\r\n\r\n" : "";
        rest_sent = false;
        http_client client(server.port());
        const http::request message = http_client::make("GET", "/", "");
        const bool finished = on_engine([&]() -> task<bool> {
            failure why;
            http::response_head head;
            std::string body;
            auto exchange =
                co_await client.pool()->acquire(client.to(), timeouts(), false, &why, why);
            co_await exchange->send(message);
            co_await exchange->read_head(head);
            while (body.size() < 4) co_await exchange->read_some(body);
            while (!rest_sent) std::this_thread::yield();
            co_return exchange->try_finish();
        });
        BOOST_TEST_EQ(finished, arrives);
        BOOST_TEST_EQ(client.stats().idle, arrives ? 1u : 0u);
    }
}

struct canceller final : net::deadline {
    void expired() noexcept override {
        target->cancel();
        target->cancel();
    }
    http::exchange* target = nullptr;
};

// At each stage: while writing, waiting for the head, in the body.
void cancelling() {
    const std::string large(64 << 20, 'q');
    scripted_server server([](peer& client, int stage) {
        if (stage > 0) client.read_request();
        if (stage == 2) client.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
        if (stage > 0) return static_cast<void>(client.await_close());
        std::vector<char> all(1 << 20);
        std::this_thread::sleep_for(std::chrono::milliseconds(40));
        boost::system::error_code ec;
        while (!ec) client.socket().read_some(boost::asio::buffer(all), ec);
    });
    http_client client(server.port());
    for (int stage = 0; stage < 3; ++stage) {
        const auto message = http_client::make("POST", "/", stage == 0 ? large : "x");
        const error_code ended = on_engine([&]() -> task<error_code> {
            failure why;
            http::response_head head;
            std::string body;
            auto exchange =
                co_await client.pool()->acquire(client.to(), timeouts(), false, &why, why);
            canceller soon;
            soon.target = exchange.get();
            soon.arm(net::engine::shared().wheel(), milliseconds(15));
            error_code ec = co_await exchange->send(message);
            if (!ec) ec = co_await exchange->read_head(head);
            while (!ec) ec = co_await exchange->read_some(body);
            const error_code again = co_await exchange->read_some(body);
            BOOST_TEST_EQ(again, ec);
            co_return ec;
        });
        BOOST_TEST_EQ(ended, error_code(errc::cancelled));
        BOOST_TEST_EQ(client.stats().open, 0u);
    }
}

}  // namespace

int main() {
    keeps_a_connection();
    callers_host_header_replaces_ours();
    stale_connections_are_replaced_unseen();
    fresh_means_new();
    closed_under_a_reused_connection();
    the_end_crosses_a_request();
    interim_answers_are_bounded();
    sizes_are_bounded();
    fields_are_counted();
    heads_as_large_as_the_limit_pass();
    bodies_are_bounded();
    compressed_bodies_are_inflated();
    large_bodies_both_ways();
    early_answers_are_delivered();
    finishing_without_waiting();
    cancelling();
    net::engine::stop();
    BOOST_TEST_EQ(net::open_streams(), 0);
    return boost::report_errors();
}
