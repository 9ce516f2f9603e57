// A WebSocket whose message is echoed, and what has to hold after it whatever went wrong in it.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "net/stream.hpp"
#include "support/expect.hpp"
#include "ws/peer.hpp"

namespace oai::testing {

inline void echo(peer& client, int) {
    ws_peer with(client);
    with.accept();
    for (received got = with.read(); got.op != 0; got = with.read())
        if (!with.send(frame(got.op, got.payload))) return;
}

// The server says goodbye.
inline void echo_once(peer& client, int) {
    ws_peer with(client);
    with.accept();
    const received got = with.read();
    if (got.op == 0 || !with.send(frame(got.op, got.payload))) return;
    if (with.send(frame(goodbye, close_payload(1000)))) with.last();
}

struct outcome {
    bool opened = false, echoed = false, closed = false;
    failure why;
};

// Opens, has a message echoed, closes unless the server does.
inline outcome use(std::uint16_t port, bool closes = true) {
    ws_client client(ws_client::to(port));
    outcome got;
    got.opened = client.opened();
    if (got.opened) {
        client.send("hello");
        got.echoed = client.next().data == "hello";
        if (closes) client.close(1000);
    }
    got.why = client.over().why;
    got.closed = client.over().received.has_value();
    return got;
}

// Sessions end on the engine's thread, a moment after their channels.
inline bool nothing_is_left() {
    for (int i = 0; i < 2000; ++i) {
        if (net::open_streams() == 0 && ws::live_channels == 0) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

}  // namespace oai::testing
