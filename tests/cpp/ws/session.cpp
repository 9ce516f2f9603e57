// Connections against a peer that plays every frame by hand.
#include "ws/session.hpp"

#include <boost/core/lightweight_test.hpp>
#include <future>

#include "net/engine.hpp"
#include "net/stream.hpp"
#include "ws/peer.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

void messages_go_both_ways() {
    std::string request;
    scripted_server server([&](peer& client, int) {
        ws_peer with(client);
        request = with.accept();
        for (int i = 0; i < 2; ++i) {
            const received got = with.read();
            BOOST_TEST(got.masked && got.last);
            with.send(frame(got.op, "echo " + got.payload));
        }
        with.send(frame(text, "one ", false) + frame(ping, "p") + frame(more, "message"));
        const received answer = with.read();
        BOOST_TEST_EQ(answer.op, unsigned(pong));
        BOOST_TEST_EQ(answer.payload, "p");
        with.send(frame(text, "last") + frame(goodbye, close_payload(1001, "bye")));
        const received last = with.last();
        BOOST_TEST_EQ(last.op, unsigned(goodbye));
        BOOST_TEST_EQ(last.code(), 1001u);
    });
    ws::settings how = ws_client::to(server.port());
    how.headers = {{"Authorization", "Bearer k"}, {"X-Test", "1"}};
    ws_client client(std::move(how));
    BOOST_TEST(client.opened());
    BOOST_TEST_EQ(client.channel().answer().status, 101);
    client.send("hello");
    client.send(std::string(70'000, 'x'), false);
    BOOST_TEST_EQ(client.next().data, "echo hello");
    const ws::message bytes = client.next();
    BOOST_TEST(!bytes.text);
    BOOST_TEST_EQ(bytes.data.size(), 70'005u);
    BOOST_TEST_EQ(client.next().data, "one message");
    BOOST_TEST_EQ(client.next().data, "last");
    BOOST_TEST_EQ(client.next().data, "<over>");
    const ws::ending& end = client.over();
    BOOST_TEST_EQ(end.received->code, 1001);
    BOOST_TEST_EQ(end.received->reason, "bye");
    BOOST_TEST_EQ(end.sent->code, 1001);
    BOOST_TEST(end.received_first);
    BOOST_TEST(!end.why);
    BOOST_TEST(request.starts_with("GET /v1/realtime?model=m HTTP/1.1\r\n"));
    BOOST_TEST(request.find("Authorization: Bearer k\r\nX-Test: 1\r\n") != std::string::npos);
    BOOST_TEST(request.find("Extensions") == std::string::npos);
}

void we_close() {
    scripted_server server([&](peer& client, int) {
        ws_peer with(client);
        with.accept();
        BOOST_TEST_EQ(with.read().payload, "before");
        const received got = with.read();
        BOOST_TEST_EQ(got.op, unsigned(goodbye));
        BOOST_TEST_EQ(got.payload, close_payload(1000, "done"));
        with.send(frame(text, "too late") + frame(goodbye, got.payload));
        with.last();
    });
    ws_client client(ws_client::to(server.port()));
    BOOST_TEST(client.opened());
    client.send("before");
    client.close(1000, "done");
    client.close(1001);
    const ws::ending& end = client.over();
    BOOST_TEST_EQ(end.sent->reason, "done");
    BOOST_TEST_EQ(end.received->code, 1000);
    BOOST_TEST(!end.received_first);
    BOOST_TEST_EQ(client.next().data, "<over>");
}

void both_close_at_once() {
    scripted_server server([&](peer& client, int) {
        ws_peer with(client);
        with.accept();
        with.read();
        std::string answer;  // more than one message, read at once
        while (answer.size() < 40) answer += frame(text, "");
        with.send(answer + frame(goodbye, close_payload(1001)));
        with.last();
    });
    for (int i = 0; i < 200; ++i) {
        ws_client client(ws_client::to(server.port()));
        BOOST_TEST(client.opened());
        client.send("question");
        client.close(1000);
        const ws::ending& end = client.over();
        BOOST_TEST(end.sent && end.received && end.received->code == 1001);
    }
}

void silent_peers_are_left_when_closing() {
    std::promise<void> left;
    scripted_server server([&](peer& client, int) {
        ws_peer with(client);
        with.accept();
        with.last();
        left.set_value();
    });
    ws::settings how = ws_client::to(server.port());
    how.close_timeout = milliseconds(30);
    ws_client client(std::move(how));
    BOOST_TEST(client.opened());
    client.close(1000);
    const ws::ending& end = client.over();
    BOOST_TEST(!end.received);
    BOOST_TEST_EQ(end.sent->code, 1000);
    left.get_future().wait();
}

// What a peer does wrong, and the close code that it gets.
void broken_frames() {
    const std::string masked = "\x81\x81" + std::string("abcd") + "x";
    const struct {
        std::string bytes;
        unsigned code;
        const char* name;
    } cases[] = {
        {masked, 1002, "masked"},
        {frame(text, "x", true, 4), 1002, "reserved bit"},
        {frame(3, "x"), 1002, "unknown opcode"},
        {frame(ping, std::string(126, 'x')), 1002, "long ping"},
        {frame(ping, "x", false), 1002, "fragmented ping"},
        {frame(more, "x"), 1002, "continues nothing"},
        {frame(text, "x", false) + frame(text, "y"), 1002, "starts in the middle"},
        {frame(text, "\xff"), 1007, "not UTF-8"},
        {frame(text, "\xe2\x82"), 1007, "half a character"},
        {frame(text, "\xe2\x82", false) + frame(more, ""), 1007, "half a character, then nothing"},
        {frame(goodbye, "x"), 1002, "close of one byte"},
        {frame(goodbye, close_payload(1005)), 1002, "close with a code that is none"},
        {frame(text, std::string(2000, 'x')), 1009, "too large"},
        {frame(text, std::string(600, 'x'), false) + frame(more, std::string(600, 'x')), 1009,
         "too large in parts"},
        {std::string("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10), 1009, "8 exabytes"},
    };
    for (const auto& each : cases) {
        received last;
        {
            scripted_server server([&](peer& client, int) {
                ws_peer with(client);
                with.accept();
                with.send(each.bytes);
                last = with.last();
            });
            ws::settings how = ws_client::to(server.port());
            how.max_size = 1000;
            ws_client client(std::move(how));
            client.opened();  // or over already
            BOOST_TEST_EQ(client.next().data, "<over>");
            const ws::ending& end = client.over();
            BOOST_TEST(!end.received);
            BOOST_TEST_EQ(end.sent ? end.sent->code : 0, each.code);
            BOOST_TEST_EQ(end.why.code, error_code(errc::bad_frame));
        }
        if (!BOOST_TEST_EQ(last.op == goodbye ? last.code() : 0u, each.code))
            std::fprintf(stderr, "  %s\n", each.name);
    }
}

void cuts() {
    const std::string cut[] = {"", "\x81", frame(text, "whole") + "\x81\x05h",
                               frame(text, "part", false)};
    for (const std::string& bytes : cut) {
        scripted_server server([&](peer& client, int) {
            ws_peer with(client);
            with.accept();
            with.send(bytes);
        });
        ws_client client(ws_client::to(server.port()));
        client.opened();  // or over already
        const ws::ending& end = client.over();
        BOOST_TEST_EQ(client.channel().answer().status, 101);
        BOOST_TEST(!end.received && !end.sent);
        BOOST_TEST_EQ(end.why.code, error_code(errc::connection_closed));
        client.send("into the void");
        BOOST_TEST_EQ(client.next().data, bytes.size() > 5 && bytes[1] == 5 ? "whole" : "<over>");
    }
}

void reading_pauses_while_nobody_takes() {
    std::promise<void> all_sent;
    scripted_server server([&](peer& client, int) {
        ws_peer with(client);
        with.accept();
        for (int i = 0; i < 64; ++i) with.send(frame(binary, std::string(200'000, char('A' + i))));
        all_sent.set_value();
        with.send(frame(goodbye, with.read().payload));
        with.last();
    });
    ws_client client(ws_client::to(server.port()));
    BOOST_TEST(client.opened());
    auto sent = all_sent.get_future();
    BOOST_TEST(sent.wait_for(milliseconds(50)) == std::future_status::timeout);
    for (int i = 0; i < 64; ++i) {
        const std::string data = client.next().data;
        BOOST_TEST_EQ(data.size(), 200'000u);
        BOOST_TEST_EQ(data[0], char('A' + i));
    }
    sent.wait();
    client.close(1000);
    client.over();
}

void close_while_reading_pauses() {
    scripted_server server([&](peer& client, int) {
        ws_peer with(client);
        with.accept();
        for (int i = 0; i < 40; ++i) with.send(frame(text, "x"));
        with.send(frame(goodbye, with.read().payload));
        with.last();
    });
    ws_client client(ws_client::to(server.port()));
    BOOST_TEST(client.opened());
    client.until([&] { return client.channel().version() > 16; });
    client.close(1000);
    BOOST_TEST_EQ(client.over().received->code, 1000);
    for (int i = 0; i < 16; ++i) BOOST_TEST_EQ(client.next().data, "x");
    BOOST_TEST_EQ(client.next().data, "<over>");
}

void pings_keep_alive() {
    scripted_server server([&](peer& client, int) {
        ws_peer with(client);
        with.accept();
        for (int i = 0; i < 3; ++i) {
            const received got = with.read();
            BOOST_TEST_EQ(got.op, unsigned(ping));
            with.send(frame(pong, got.payload));
        }
        BOOST_TEST_EQ(with.read().op, unsigned(ping));
        BOOST_TEST_EQ(with.read().payload, close_payload(1011, "keepalive ping timeout"));
    });
    ws::settings how = ws_client::to(server.port());
    how.ping_interval = how.ping_timeout = milliseconds(30);
    ws_client client(std::move(how));
    BOOST_TEST(client.opened());
    const ws::ending& end = client.over();
    BOOST_TEST_EQ(end.sent->code, 1011);
    BOOST_TEST(!end.received);
}

void drops_at_any_point() {
    for (int step = 0; step < 4; ++step) {
        std::promise<void> reached, left;
        scripted_server server([&](peer& client, int) {
            ws_peer with(client);
            if (step > 1) with.accept();
            if (step == 1) client.read_request();
            if (step == 3) with.send(frame(text, "half", false));
            reached.set_value();
            with.last();
            left.set_value();
        });
        ws_client client(ws_client::to(server.port()));
        if (step > 0) reached.get_future().wait();
        if (step == 0) {
            client.connection().reset();
            continue;
        }
        client.connection()->abort();
        BOOST_TEST_EQ(client.over().why.code, error_code(errc::cancelled));
        left.get_future().wait();
    }
}

void nothing_is_left() {
    const auto gone = [] { return ws::live_channels == 0 && net::open_streams() == 0; };
    for (int i = 0; i < 2000 && !gone(); ++i) std::this_thread::sleep_for(milliseconds(5));
    BOOST_TEST_EQ(ws::live_channels.load(), 0);
    BOOST_TEST_EQ(net::open_streams(), 0);
}

}  // namespace

int main() {
    messages_go_both_ways();
    we_close();
    both_close_at_once();
    silent_peers_are_left_when_closing();
    broken_frames();
    cuts();
    reading_pauses_while_nobody_takes();
    close_while_reading_pauses();
    pings_keep_alive();
    drops_at_any_point();
    nothing_is_left();
    net::engine::stop();
    return boost::report_errors();
}
