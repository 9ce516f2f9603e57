// HTTP/2 frames by hand, for peers that do what no library would (RFC 9113 4.1, RFC 7541).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/scripted_server.hpp"

namespace oai::testing {

enum h2_type : std::uint8_t {
    h2_data = 0,
    h2_headers = 1,
    h2_rst_stream = 3,
    h2_settings = 4,
    h2_push_promise = 5,
    h2_ping = 6,
    h2_goaway = 7,
    h2_window_update = 8,
    h2_continuation = 9,
};
enum h2_flag : std::uint8_t { h2_no_flag = 0, h2_end_stream = 1, h2_ack = 1, h2_end_headers = 4 };

constexpr std::string_view h2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

struct h2_frame {
    std::uint8_t type = 0, flags = 0;
    std::uint32_t stream = 0;
    std::string payload;
};

inline std::string big_endian(std::uint32_t value, int bytes = 4) {
    std::string out;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out += static_cast<char>(value >> shift & 0xff);
    return out;
}

inline std::string frame(std::uint8_t type, int flags, std::uint32_t stream,
                         const std::string& payload = "") {
    return big_endian(static_cast<std::uint32_t>(payload.size()), 3) + static_cast<char>(type) +
           static_cast<char>(flags) + big_endian(stream) + payload;
}

inline std::string setting(std::uint16_t name, std::uint32_t value) {
    return big_endian(name, 2) + big_endian(value);
}

inline std::string goaway(std::uint32_t last_stream, std::uint32_t code) {
    return frame(h2_goaway, 0, 0, big_endian(last_stream) + big_endian(code));
}

inline std::string reset(std::uint32_t stream, std::uint32_t code) {
    return frame(h2_rst_stream, 0, stream, big_endian(code));
}

// A field whose name and value stand as they are, outside of any table; both under 127 bytes.
inline std::string literal(std::string_view name, std::string_view value) {
    std::string out(1, '\0');
    for (const std::string_view text : {name, value})
        out.append(1, static_cast<char>(text.size())).append(text);
    return out;
}

inline std::string head(std::uint32_t stream, std::string_view status, int flags = 0,
                        const std::string& more = "") {
    return frame(h2_headers, flags | h2_end_headers, stream, literal(":status", status) + more);
}

// The whole frames at the start of `bytes`, which are taken off; a client's preface as well.
inline std::vector<h2_frame> take_frames(std::string& bytes) {
    if (bytes.starts_with(h2_preface)) bytes.erase(0, h2_preface.size());
    std::vector<h2_frame> found;
    const auto number = [&](std::size_t at, int size) {
        std::uint32_t value = 0;
        for (int i = 0; i < size; ++i)
            value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<unsigned>(i)]);
        return value;
    };
    while (bytes.size() >= 9 && bytes.size() >= 9 + number(0, 3)) {
        h2_frame next;
        next.type = static_cast<std::uint8_t>(bytes[3]);
        next.flags = static_cast<std::uint8_t>(bytes[4]);
        next.stream = number(5, 4) & 0x7fffffff;
        next.payload = bytes.substr(9, number(0, 3));
        bytes.erase(0, 9 + next.payload.size());
        found.push_back(std::move(next));
    }
    return found;
}

// Answers every request with 200 and what `answer` makes of its body.
template <class Answer>
void serve_http2(peer& client, Answer answer) {
    client.write(frame(h2_settings, 0, 0, setting(4, 1 << 20)));
    client.write(frame(h2_window_update, 0, 0, big_endian(1 << 20)));
    std::map<std::uint32_t, std::string> bodies;
    std::string bytes;
    char piece[16 * 1024];
    for (boost::system::error_code ec; !ec;) {
        bytes.append(piece, client.socket().read_some(boost::asio::buffer(piece), ec));
        for (const h2_frame& each : take_frames(bytes)) {
            if (each.type == h2_settings && each.flags == 0)
                client.write(frame(h2_settings, h2_ack, 0));
            if (each.type == h2_data) bodies[each.stream] += each.payload;
            const bool carries_end = each.type == h2_headers || each.type == h2_data;
            if (!carries_end || (each.flags & h2_end_stream) == 0) continue;
            client.write(head(each.stream, "200") +
                         frame(h2_data, h2_end_stream, each.stream, answer(bodies[each.stream])));
            bodies.erase(each.stream);
        }
    }
}

}  // namespace oai::testing
