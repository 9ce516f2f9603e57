// WebSockets in which the N-th system call fails, for all N: the consumer is told the end and why,
// nothing is left, and the next connection works.
#include "support/failing_calls.hpp"

#include <boost/core/lightweight_test.hpp>
#include <cstdio>

#include "net/engine.hpp"
#include "net/stream.hpp"
#include "ws/peer.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

void echo(peer& client, int) {
    ws_peer with(client);
    with.accept();
    for (received got = with.read(); got.op != 0; got = with.read())
        if (!with.send(frame(got.op, got.payload))) return;
}

struct outcome {
    bool opened = false, echoed = false, closed = false;
    failure why;
};

// Opens, has a message echoed, closes.
outcome use(std::uint16_t port) {
    ws_client client(ws_client::to(port));
    outcome got;
    got.opened = client.opened();
    if (got.opened) {
        client.send("hello");
        got.echoed = client.next().data == "hello";
        client.close(1000);
    }
    got.why = client.over().why;
    got.closed = client.over().received.has_value();
    return got;
}

bool is_known(error_code ec) {
    for (const errc each : {errc::connect_failed, errc::connection_closed})
        if (ec == each) return true;
    return false;
}

void expect(bool holds, const std::string& what) {
    if (!BOOST_TEST(holds)) std::puts(what.c_str());
}

void fail_everywhere() {
    const scripted_server server(echo);
    const auto run = [&] { return use(server.port()); };
    BOOST_TEST(run().echoed);
    fail_at_each_call(
        "websocket", run, [&](const outcome& got, bool fired, const std::string& where) {
            expect(fired || (got.echoed && got.closed), where + "it failed");
            expect(got.closed || is_known(got.why.code), where + got.why.code.message());
            expect(run().echoed, where + "the next connection fails");
        });
    const failing_call slowly(0, trickle);
    BOOST_TEST(run().closed);
}

// Sessions end on the engine's thread, a moment after their channels.
bool nothing_is_left() {
    for (int i = 0; i < 2000; ++i) {
        if (net::open_streams() == 0 && ws::live_channels == 0) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

}  // namespace

int main() {
    fail_everywhere();
    BOOST_TEST(nothing_is_left());
    net::engine::stop();
    return boost::report_errors();
}
