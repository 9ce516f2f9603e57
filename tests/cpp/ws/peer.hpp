// The server's side of a WebSocket by hand: every byte of the handshake and of each frame.
#pragma once

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "support/scripted_server.hpp"
#include "ws/connection.hpp"

namespace oai::testing {

enum opcode : unsigned { more = 0, text = 1, binary = 2, goodbye = 8, ping = 9, pong = 10 };

// An unmasked frame, as servers send them.
inline std::string frame(unsigned op, std::string_view payload, bool last = true,
                         unsigned reserved = 0) {
    std::string out(1, static_cast<char>((last ? 0x80u : 0u) | reserved << 4 | op));
    const std::size_t size = payload.size();
    if (size < 126) {
        out += static_cast<char>(size);
    } else {
        const int bytes = size < 65536 ? 2 : 8;
        out += static_cast<char>(bytes == 2 ? 126 : 127);
        for (int i = bytes - 1; i >= 0; --i)
            out += static_cast<char>(std::uint64_t(size) >> (8 * i) & 0xff);
    }
    return out.append(payload);
}

inline std::string close_payload(unsigned code, std::string_view reason = "") {
    std::string out{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    return out.append(reason);
}

inline std::string accept_key(std::string_view request) {
    constexpr std::string_view name = "Sec-WebSocket-Key: ";
    const auto at = request.find(name) + name.size();
    const std::string text = std::string(request.substr(at, request.find("\r\n", at) - at)) +
                             "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[20];
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    char coded[32];
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(coded), digest, 20);
    return coded;
}

inline std::string switching(std::string_view request) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           accept_key(request) + "\r\n\r\n";
}

struct received {
    unsigned op = 0;
    bool masked = false, last = false;
    std::string payload;
    unsigned code() const {
        return payload.size() < 2 ? 1005u
                                  : static_cast<unsigned char>(payload[0]) * 256u +
                                        static_cast<unsigned char>(payload[1]);
    }
};

class ws_peer {
  public:
    explicit ws_peer(peer& over) : peer_(over) {}

    // The client's request, which is accepted.
    std::string accept() {
        std::string request = peer_.read_request();
        if (!request.empty()) peer_.write(switching(request));
        return request;
    }

    bool send(std::string_view bytes) { return peer_.write(bytes); }

    // The next frame; op 0: the client is gone.
    received read() {
        received got;
        const std::string head = take(2);
        if (head.size() < 2) return got;
        const auto byte = [](char c) { return std::uint64_t(static_cast<unsigned char>(c)); };
        got.op = byte(head[0]) & 15;
        got.last = byte(head[0]) & 0x80;
        got.masked = byte(head[1]) & 0x80;
        std::uint64_t size = byte(head[1]) & 127;
        if (size >= 126) {
            const std::string wide = take(size == 126 ? 2 : 8);
            size = 0;
            for (const char c : wide) size = size << 8 | byte(c);
        }
        const std::string mask = got.masked ? take(4) : std::string(4, '\0');
        got.payload = take(size);
        for (std::size_t i = 0; i < got.payload.size(); ++i) got.payload[i] ^= mask[i % 4];
        return got;
    }

    // Reads until the client is gone; the last frame before that.
    received last() {
        received before;
        for (received now = read(); now.op != 0; now = read()) before = now;
        return before;
    }

  private:
    std::string take(std::size_t size) {
        std::string out(size, '\0');
        boost::system::error_code ec;
        const std::size_t got =
            boost::asio::read(peer_.socket(), boost::asio::buffer(out.data(), size), ec);
        out.resize(got);
        return out;
    }

    peer& peer_;
};

// The client's side, for a test's thread.
class ws_client {
  public:
    explicit ws_client(ws::settings how) : made_(ws::connection::open(std::move(how), nullptr)) {}

    static ws::settings to(std::uint16_t port) {
        ws::settings how;
        how.host = "127.0.0.1";
        how.port = port;
        how.authority = "127.0.0.1:" + std::to_string(port);
        how.target = "/v1/realtime?model=m";
        return how;
    }

    // Waits until `done` holds.
    template <class F>
    void until(F done) {
        const auto give_up = steady::now() + std::chrono::seconds(20);
        for (;;) {
            const auto seen = channel().version();
            if (done()) return;
            if (steady::now() > give_up) {
                std::fputs("a connection hangs\n", stderr);
                std::abort();
            }
            channel().wait(seen, milliseconds(1000));
        }
    }

    bool opened() {
        until([this] { return channel().now() != ws::stage::connecting; });
        return channel().answer().status == 101;
    }

    const ws::ending& over() {
        until([this] { return channel().now() == ws::stage::over; });
        return channel().how();
    }

    // The next message; data "<over>" after the last.
    ws::message next() {
        ws::message got;
        ws::popped result = ws::popped::empty;
        until([&] { return (result = made_->pop(got)) != ws::popped::empty; });
        if (result == ws::popped::over) got.data = "<over>";
        return got;
    }

    void send(std::string data, bool text = true) {
        ws::message what;
        what.text = text;
        what.data = std::move(data);
        const auto number = made_->send(std::move(what));
        until(
            [&] { return channel().sent_count() >= number || channel().now() == ws::stage::over; });
    }

    void close(std::uint16_t code, std::string reason = "") {
        ws::close_frame with;
        with.code = code;
        with.reason = std::move(reason);
        made_->close(std::move(with));
    }

    ws::channel& channel() { return made_->channel(); }
    std::shared_ptr<ws::connection>& connection() { return made_; }

  private:
    std::shared_ptr<ws::connection> made_;
};

}  // namespace oai::testing
