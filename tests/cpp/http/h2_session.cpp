#include "http/h2_session.hpp"

#include <boost/core/lightweight_test.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "support/h2_frames.hpp"

using namespace oai;
using namespace oai::http;
using namespace oai::testing;

namespace {

constexpr std::uint32_t no_error = 0, protocol_error = 1, refused_stream = 7, cancel = 8,
                        http_1_1_required = 13;

struct stream final : h2_stream {
    void changed() noexcept override { ++changes; }
    int changes = 0;
};

request post(std::string body, std::string extra = "") {
    request message;
    message.method = "POST";
    message.target = "/v1/x?a=1";
    message.body = std::move(body);
    auto fixed = std::make_shared<header_block>();
    fixed->add("Authorization", "Bearer k");
    fixed->add("Connection", "keep-alive");
    message.fixed = std::move(fixed);
    message.extra.text = std::move(extra);
    return message;
}

origin to() {
    origin where;
    where.host = "api.test";
    return where;
}

// A session that has said hello, and a peer that has, too.
struct pair {
    explicit pair(std::size_t most = 100, const std::string& settings = "",
                  const wire_limits& limits = {})
        : session(to(), limits, most) {
        sent();
        feed(frame(h2_settings, 0, 0, settings) + frame(h2_settings, h2_ack, 0));
    }

    void feed(const std::string& bytes) { BOOST_TEST(!session.receive(bytes)); }
    // What the session wants to send.
    std::vector<h2_frame> sent() {
        std::string bytes = std::move(rest);
        BOOST_TEST(!session.produce(bytes, 1 << 20));
        session.written();
        auto frames = take_frames(bytes);
        rest = std::move(bytes);
        return frames;
    }
    void begin(stream& s, const request& message) {
        s.unsent = message.body;
        BOOST_TEST(!session.submit(s, message));
    }

    h2_session session;
    std::string rest;
};

template <class F>
std::ptrdiff_t count(const std::vector<h2_frame>& frames, F is) {
    return std::count_if(frames.begin(), frames.end(), is);
}

void asks_and_gets_an_answer() {
    pair p;
    p.sent();
    BOOST_TEST(p.session.greeted());
    stream s;
    const request message = post("body");
    p.begin(s, message);
    const auto frames = p.sent();
    BOOST_TEST_EQ(frames.size(), 2u);
    BOOST_TEST(frames[0].type == h2_headers && frames[0].stream == 1);
    BOOST_TEST(frames[1].type == h2_data && frames[1].payload == "body");
    BOOST_TEST(frames[1].flags == h2_end_stream);
    BOOST_TEST(s.sent_any && s.sent_all && !s.got_head);

    p.feed(head(1, "200", 0, literal("x-a", "b")));
    BOOST_TEST(s.got_head && !s.got_all);
    BOOST_TEST_EQ(s.head.status, 200);
    BOOST_TEST_EQ(s.head.http_version, "HTTP/2");
    BOOST_TEST_EQ(s.head.get("X-A"), "b");
    p.feed(frame(h2_data, 0, 1, "he"));
    p.feed(frame(h2_data, h2_end_stream, 1, "llo"));
    BOOST_TEST_EQ(s.data, "hello");
    BOOST_TEST(s.got_all && !s.failed && !p.session.busy());
}

void answers_in_any_pieces() {
    const std::string answer =
        head(1, "103", 0, literal("link", "x")) + head(1, "200") + frame(h2_data, 0, 1, "ok") +
        frame(h2_headers, h2_end_stream | h2_end_headers, 1, literal("trailer", "t"));
    for (std::size_t cut = 0; cut <= answer.size(); ++cut) {
        pair p;
        stream s;
        const request message = post("b");
        p.begin(s, message);
        p.sent();
        p.feed(answer.substr(0, cut));
        p.feed(answer.substr(cut));
        BOOST_TEST_EQ(s.head.status, 200);
        BOOST_TEST_EQ(s.data, "ok");
        BOOST_TEST(s.got_all && !s.failed);
        BOOST_TEST(s.head.get("trailer").data() == nullptr);
        BOOST_TEST(s.head.get("link").data() == nullptr);
    }
}

void goodbye_refuses_what_crossed_it() {
    pair p;
    stream a, b;
    const request message = post("b");
    p.begin(a, message);
    p.begin(b, message);
    p.sent();
    p.feed(goaway(1, no_error));
    BOOST_TEST(b.failed == errc::not_processed);
    BOOST_TEST(!a.failed && p.session.draining() && !p.session.broken());
    stream late;
    BOOST_TEST(p.session.submit(late, message) == errc::not_processed);
    p.feed(head(1, "200", h2_end_stream));
    BOOST_TEST(a.got_all && !a.failed);
}

void resets_say_what_became_of_the_request() {
    const auto after = [](std::uint32_t code) {
        pair p;
        stream s;
        const request message = post("b");
        p.begin(s, message);
        p.sent();
        p.feed(reset(1, code));
        BOOST_TEST_EQ(p.session.broken(), code == http_1_1_required);
        BOOST_TEST_EQ(s.reset_code == "CANCEL", code == cancel);
        return s.failed;
    };
    BOOST_TEST(after(refused_stream) == errc::not_processed);
    BOOST_TEST(after(http_1_1_required) == errc::not_processed);
    BOOST_TEST(after(cancel) == errc::stream_reset);
    BOOST_TEST(after(no_error) == errc::connection_closed);
}

void an_early_answer_may_end_the_upload() {
    pair p(100, setting(4, 10));  // a window of ten bytes
    stream s;
    const request message = post(std::string(100, 'x'));
    p.begin(s, message);
    const auto frames = p.sent();
    BOOST_TEST_EQ(frames.back().payload.size(), 10u);
    BOOST_TEST(!s.sent_all);
    p.feed(head(1, "413", h2_end_stream) + reset(1, no_error));
    BOOST_TEST(s.got_all && !s.failed);
    BOOST_TEST_EQ(s.head.status, 413);
}

void bodies_go_in_pieces() {
    pair p;
    stream s;
    request message = post("");
    auto tail = std::make_shared<body_parts>(1);
    (*tail)[0].bytes = "abcdef";
    message.tail = std::move(tail);
    s.more_follows = true;
    p.begin(s, message);
    BOOST_TEST_EQ(p.sent().back().type, +h2_headers);
    s.unsent = "abc";
    p.session.resume(s);
    auto frames = p.sent();
    BOOST_TEST(frames.size() == 1 && frames[0].payload == "abc" && frames[0].flags == 0);
    BOOST_TEST(!s.sent_all);
    s.unsent = "def";
    s.more_follows = false;
    p.session.resume(s);
    frames = p.sent();
    BOOST_TEST(frames.size() == 1 && frames[0].payload == "def");
    BOOST_TEST_EQ(frames[0].flags, +h2_end_stream);
    BOOST_TEST(s.sent_all);
}

// What is read makes room for more; the session's own window is given back at once.
void a_slow_reader_stalls_its_own_stream_only() {
    pair p;
    stream s;
    const request message = post("b");
    p.begin(s, message);
    p.sent();
    p.feed(head(1, "200"));
    const std::string piece(16'384, 'x');
    for (int i = 0; i < 32; ++i) p.feed(frame(h2_data, 0, 1, piece));
    const auto updates = [](const h2_frame& f) { return f.type == h2_window_update; };
    const auto of_stream = [](const h2_frame& f) {
        return f.type == h2_window_update && f.stream == 1;
    };
    BOOST_TEST_EQ(count(p.sent(), of_stream), 0);
    // More than the window: the peer breaks the rules.
    p.session.consumed(s, s.data.size());
    const auto frames = p.sent();
    BOOST_TEST_EQ(count(frames, of_stream), 1);
    BOOST_TEST_GE(count(frames, updates), 1);
}

void what_is_forgotten_is_cancelled() {
    pair p;
    stream s;
    const request message = post("b");
    p.begin(s, message);
    p.sent();
    p.session.forget(s);
    const int before = s.changes;
    const auto frames = p.sent();
    BOOST_TEST(frames.size() == 1 && frames[0].type == h2_rst_stream);
    BOOST_TEST_EQ(frames[0].payload, big_endian(cancel));
    p.feed(head(1, "200", h2_end_stream));  // crossed it
    BOOST_TEST_EQ(s.changes, before);
    BOOST_TEST(!p.session.busy());
    // One that has not even left is never sent.
    stream unsent;
    p.begin(unsent, message);
    p.session.forget(unsent);
    const auto headers = [](const h2_frame& f) { return f.type == h2_headers; };
    BOOST_TEST_EQ(count(p.sent(), headers), 0);
}

void the_peers_limit_of_streams_moves() {
    pair p(3);
    BOOST_TEST_EQ(p.session.capacity(), 3u);
    p.feed(frame(h2_settings, 0, 0, setting(3, 2)));
    BOOST_TEST_EQ(p.session.capacity(), 2u);
    p.feed(frame(h2_settings, 0, 0, setting(3, 50)));
    BOOST_TEST_EQ(p.session.capacity(), 3u);
    // Streams that had not left when the limit fell go elsewhere.
    stream a, b, c;
    const request message = post("b");
    p.begin(a, message);
    p.sent();
    p.begin(b, message);
    p.begin(c, message);
    p.feed(frame(h2_settings, 0, 0, setting(3, 2)));
    BOOST_TEST(c.failed == errc::not_processed);
    BOOST_TEST(!a.failed && !b.failed);
}

void limits_hold() {
    wire_limits small;
    small.head = 300;
    pair p(100, "", small);
    stream s, other;
    const request message = post("b");
    p.begin(s, message);
    p.begin(other, message);
    p.sent();
    p.feed(head(1, "200", 0,
                literal("a", std::string(100, 'x')) + literal("b", std::string(100, 'x')) +
                    literal("c", std::string(100, 'x'))));
    BOOST_TEST(s.failed == errc::header_too_large);
    p.feed(head(3, "200", h2_end_stream));
    BOOST_TEST(other.got_all && !other.failed);

    pair chatty;
    stream t;
    chatty.begin(t, message);
    chatty.sent();
    for (int i = 0; i < 20; ++i) chatty.feed(head(1, "102"));
    BOOST_TEST(t.failed == errc::too_many_interim);

    wire_limits few;
    few.fields = 10;
    pair many(100, "", few);
    stream u;
    many.begin(u, message);
    many.sent();
    std::string fields;
    for (int i = 0; i < 20; ++i) fields += literal("a", "b");
    many.feed(head(1, "200", 0, fields));
    BOOST_TEST(u.failed == errc::too_many_headers);
}

// Whatever a peer sends, the session ends in order: its streams fail, nothing hangs.
void nonsense_breaks_the_session() {
    const std::string nonsense[] = {
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        frame(h2_data, 0, 0, "x"),
        frame(h2_ping, 0, 0, "short"),
        frame(h2_push_promise, h2_end_headers, 1, big_endian(2) + literal(":method", "GET")),
        frame(h2_headers, h2_end_headers, 1, "\xff\xff\xff\xff\xff\xff"),
        frame(h2_settings, 0, 0, setting(4, 0xffffffff)),
        frame(h2_window_update, 0, 0, big_endian(0)),
    };
    for (const std::string& bytes : nonsense) {
        h2_session session(to(), {}, 100);
        stream s;
        const request message = post("b");
        BOOST_TEST(!session.submit(s, message));
        std::string out;
        BOOST_TEST(!session.produce(out, 1 << 20));
        error_code ec =
            session.receive(frame(h2_settings, 0, 0) + frame(h2_settings, h2_ack, 0) + bytes);
        for (int i = 0; i < 3 && !ec; ++i) {
            out.clear();
            ec = session.produce(out, 1 << 20);
        }
        if (!BOOST_TEST(ec == errc::bad_response || s.failed == errc::bad_response))
            std::fprintf(stderr, "after %zu bytes, type %d\n", bytes.size(), bytes[3]);
        session.fail_all(errc::connection_closed);
        BOOST_TEST(s.failed);
    }
}

void a_malformed_answer_fails_its_stream_only() {
    pair p;
    stream s, other;
    const request message = post("b");
    p.begin(s, message);
    p.begin(other, message);
    p.sent();
    p.feed(frame(h2_headers, h2_end_headers, 1, literal(":status", "200") + literal("Upper", "x")));
    p.sent();
    BOOST_TEST(s.failed == errc::bad_response);
    p.feed(head(3, "200", h2_end_stream));
    BOOST_TEST(other.got_all && !other.failed);
    BOOST_TEST(p.session.draining() && !p.session.broken());  // no further ones
}

void a_peer_that_breaks_off_is_broken() {
    pair p;
    stream s;
    const request message = post("b");
    p.begin(s, message);
    p.sent();
    p.feed(goaway(0, protocol_error));
    BOOST_TEST(p.session.broken() && p.session.draining());
    BOOST_TEST(s.failed == errc::not_processed);
}

}  // namespace

int main() {
    asks_and_gets_an_answer();
    answers_in_any_pieces();
    goodbye_refuses_what_crossed_it();
    resets_say_what_became_of_the_request();
    an_early_answer_may_end_the_upload();
    bodies_go_in_pieces();
    a_slow_reader_stalls_its_own_stream_only();
    what_is_forgotten_is_cancelled();
    the_peers_limit_of_streams_moves();
    limits_hold();
    nonsense_breaks_the_session();
    a_malformed_answer_fails_its_stream_only();
    a_peer_that_breaks_off_is_broken();
    return boost::report_errors();
}
