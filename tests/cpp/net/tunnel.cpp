// Both ways to have a proxy connect, step by step: what is said, what is accepted, in any pieces.
#include "net/tunnel.hpp"

#include <boost/core/lightweight_test.hpp>

using namespace oai;
using namespace oai::net;
using state = tunnel::state;
using namespace std::string_literals;

namespace {

proxy http_proxy() {
    proxy by;
    by.authorization = "Proxy-Authorization: Basic eA==\r\n";
    by.fields = "X-Team: blue\r\n";
    return by;
}

proxy socks(const char* user = "", const char* password = "") {
    proxy by;
    by.speaks = proxy::kind::socks5h;
    by.user = user;
    by.password = password;
    return by;
}

std::unique_ptr<tunnel> connecting() {
    return make_connect_tunnel(http_proxy(), "api.example", 443);
}

struct outcome {
    state now;
    errc code;
    std::string reason;
};

outcome after(tunnel& shaft, std::string_view answer) {
    const state now = shaft.put(answer);
    return {now, shaft.code(), shaft.reason()};
}

void connect_says_no_more_than_it_must() {
    BOOST_TEST_EQ(connecting()->outgoing(),
                  "CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n"
                  "Proxy-Authorization: Basic eA==\r\nX-Team: blue\r\n\r\n");
    BOOST_TEST_EQ(make_connect_tunnel(proxy(), "::1", 8443)->outgoing(),
                  "CONNECT [::1]:8443 HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n");
}

void answers_to_connect() {
    struct {
        const char* bytes;
        state now;
        errc code;
        const char* reason;
    } const cases[] = {
        {"HTTP/1.1 200 Connection established\r\n\r\n", state::done, errc::success, ""},
        {"HTTP/1.0 200\r\nVia: x\r\nContent-Length: 5\r\n\r\n", state::done, errc::success, ""},
        {"HTTP/1.1 204 \n\n", state::done, errc::success, ""},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", state::done, errc::success, ""},
        {"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n",
         state::failed, errc::proxy_auth, "407 Proxy Authentication Required"},
        {"HTTP/1.1 403 Forbidden\r\n\r\n<html>", state::failed, errc::proxy_refused,
         "403 Forbidden"},
        {"HTTP/1.1 503 \r\n\r\n", state::failed, errc::proxy_refused, "503"},
        {"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", state::failed, errc::proxy_refused,
         "302 Found"},
        {"HTTP/1.1 502 \x1b[31mBad\r\n\r\n", state::failed, errc::proxy_refused, "502 ?[31mBad"},
        {"HTTP/1.1 200 OK\r\n\r\nx", state::failed, errc::proxy_refused,
         "it sent more than its answer"},
        {"HTTP/1.1 20 OK\r\n\r\n", state::failed, errc::proxy_refused, "its answer is not HTTP"},
        {"HTTP/1.1 2000 OK\r\n\r\n", state::failed, errc::proxy_refused, "its answer is not HTTP"},
        {"HTTP/1.x 200 OK\r\n\r\n", state::failed, errc::proxy_refused, "its answer is not HTTP"},
        {"HTTP/1.1\r\n\r\n", state::failed, errc::proxy_refused, "its answer is not HTTP"},
        {"HTTP/2 200\r\n\r\n", state::failed, errc::proxy_refused, "its answer is not HTTP"},
        {"SSH-2.0-OpenSSH_9.2\r\n", state::failed, errc::proxy_refused, "its answer is not HTTP"},
        {"\x15\x03\x01", state::failed, errc::proxy_refused, "its answer is not HTTP"},
        {"HTTP/1.1 200 OK\r\nVia: x\r\n", state::more, errc::success, ""},
    };
    for (const auto& each : cases) {
        const auto whole = connecting();
        const outcome at_once = after(*whole, each.bytes);
        BOOST_TEST(at_once.now == each.now);
        BOOST_TEST(at_once.code == each.code);
        BOOST_TEST_EQ(at_once.reason, each.reason);

        const auto dripping = connecting();
        state now = state::more;
        for (const char* byte = each.bytes; *byte != 0 && now == state::more; ++byte)
            now = dripping->put(std::string_view(byte, 1));
        // In pieces, what follows the answer is the tunnel's.
        if (at_once.reason != "it sent more than its answer") {
            BOOST_TEST(now == each.now);
            BOOST_TEST_EQ(dripping->reason(), each.reason);
        }
    }
}

void answers_are_bounded() {
    const auto endless = connecting();
    BOOST_TEST(endless->put("HTTP/1.1 200 OK\r\n") == state::more);
    state now = state::more;
    for (int i = 0; i < 1000 && now == state::more; ++i)
        now = endless->put("X: " + std::string(97, 'x') + "\r\n");
    BOOST_TEST(now == state::failed);
    BOOST_TEST_EQ(endless->reason(), "the head of its answer is too large");

    const auto interim = connecting();
    now = state::more;
    for (int i = 0; i < 1000 && now == state::more; ++i)
        now = interim->put("HTTP/1.1 102 Processing\r\n\r\n");
    BOOST_TEST(now == state::failed);

    const auto wordy = connecting();
    wordy->put("HTTP/1.1 500 " + std::string(500, 'x') + "\r\n\r\n");
    BOOST_TEST(wordy->reason().size() <= 100);
}

// Plays a SOCKS server that answers `answers` in turn, each in pieces of `piece` bytes.
outcome play(tunnel& shaft, std::vector<std::string> answers, std::size_t piece,
             std::vector<std::string>* said = nullptr) {
    outcome now{state::more, errc::success, ""};
    for (const std::string& answer : answers) {
        const std::string question = shaft.outgoing();
        if (said) said->push_back(question);
        for (std::size_t at = 0; at < answer.size() && now.now == state::more; at += piece)
            now = after(shaft, std::string_view(answer).substr(at, piece));
    }
    return now;
}

const std::string granted = "\x05\0\0\x01\x7f\0\0\x01\x1f\x90"s;

void socks_speaks_by_the_book() {
    std::vector<std::string> said;
    auto anonymous = make_socks_tunnel(socks(), "api.example", 443);
    BOOST_TEST(play(*anonymous, {"\x05\0"s, granted}, 1, &said).now == state::done);
    BOOST_TEST_EQ(said[0], "\x05\x01\0"s);
    BOOST_TEST_EQ(said[1], "\x05\x01\0\x03\x0b"s + "api.example" + "\x01\xbb");

    said.clear();
    auto named = make_socks_tunnel(socks("me", "secret"), "10.0.0.1", 80);
    BOOST_TEST(play(*named, {"\x05\x02"s, "\x01\0"s, granted}, 1, &said).now == state::done);
    BOOST_TEST_EQ(said[0], "\x05\x02\0\x02"s);
    BOOST_TEST_EQ(said[1], "\x01\x02me\x06secret"s);
    BOOST_TEST_EQ(said[2], "\x05\x01\0\x01\x0a\0\0\x01\0\x50"s);

    said.clear();
    auto six = make_socks_tunnel(socks("me", "secret"), "::1", 80);
    BOOST_TEST(play(*six, {"\x05\0"s, granted}, 100, &said).now == state::done);
    BOOST_TEST_EQ(said[1], "\x05\x01\0\x04"s + std::string(15, '\0') + "\x01\0\x50"s);
}

void socks_addresses_of_every_kind_are_read() {
    for (const std::string& reply : {granted, "\x05\0\0\x04"s + std::string(18, 'x'),
                                     "\x05\0\0\x03\x03xyz\0\x50"s, "\x05\0\0\x03\0\0\x50"s})
        for (const std::size_t piece : {1, 2, 3, 100}) {
            auto shaft = make_socks_tunnel(socks(), "a", 1);
            BOOST_TEST(play(*shaft, {"\x05\0"s, reply}, piece).now == state::done);
        }
}

void socks_refusals() {
    struct {
        std::vector<std::string> answers;
        errc code;
        const char* reason;
    } const anonymous[] = {
        {{"\x05\xff"s}, errc::proxy_auth, "it wants a user name and a password"},
        {{"\x05\x02"s}, errc::proxy_auth, "it wants a user name and a password"},
        {{"\x04\0"s}, errc::proxy_refused, "its answer is not SOCKS5"},
        {{"HTTP/1.1 400 Bad Request\r\n"}, errc::proxy_refused, "its answer is not SOCKS5"},
        {{"\x05\0"s, "\x05\x01"s}, errc::proxy_refused, "general failure"},
        {{"\x05\0"s, "\x05\x02"s}, errc::proxy_refused, "connection not allowed by its rules"},
        {{"\x05\0"s, "\x05\x03"s}, errc::proxy_refused, "network unreachable"},
        {{"\x05\0"s, "\x05\x04"s}, errc::proxy_refused, "host unreachable"},
        {{"\x05\0"s, "\x05\x05\0\x01"s}, errc::proxy_refused, "connection refused by the host"},
        {{"\x05\0"s, "\x05\x08"s}, errc::proxy_refused, "address type not supported"},
        {{"\x05\0"s, "\x05\x7f"s}, errc::proxy_refused, "unknown failure"},
        {{"\x05\0"s, "\x05\0\0\x09\0"s}, errc::proxy_refused, "its answer is not SOCKS5"},
        {{"\x05\0"s, granted + "x"}, errc::proxy_refused, "it sent more than its answer"},
        {{"\x05\0\x05"s}, errc::proxy_refused, "its answer is not SOCKS5"},
    };
    for (const auto& each : anonymous) {
        auto shaft = make_socks_tunnel(socks(), "a", 1);
        const outcome how = play(*shaft, each.answers, 100);
        BOOST_TEST(how.now == state::failed && how.code == each.code);
        BOOST_TEST_EQ(how.reason, each.reason);
    }
    auto unwanted = make_socks_tunnel(socks("me", "secret"), "a", 1);
    BOOST_TEST(play(*unwanted, {"\x05\xff"s}, 1).code == errc::proxy_auth);
    auto wrong = make_socks_tunnel(socks("me", "secret"), "a", 1);
    const outcome how = play(*wrong, {"\x05\x02"s, "\x01\x01"s}, 1);
    BOOST_TEST(how.code == errc::proxy_auth);
    BOOST_TEST_EQ(how.reason, "it does not accept the user or password");
}

}  // namespace

int main() {
    connect_says_no_more_than_it_must();
    answers_to_connect();
    answers_are_bounded();
    socks_speaks_by_the_book();
    socks_addresses_of_every_kind_are_read();
    socks_refusals();
    return boost::report_errors();
}
