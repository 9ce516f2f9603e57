// Frames of a WebSocket server, over a real socket, against a plain reading of RFC 6455. A first
// line "deflate": permessage-deflate is agreed on; then only that all ends is checked.
#include <algorithm>
#include <boost/asio/generic/stream_protocol.hpp>
#include <optional>

#include "fuzz.hpp"
#include "json/bytes.hpp"
#include "targets.hpp"
#include "ws/peer.hpp"

namespace oai::fuzz {
namespace {

constexpr std::size_t most_message = 4096;

struct expectation {
    std::vector<ws::message> messages;
    bool broken = false, closed = false;  // the peer broke the protocol, or said goodbye
    bool cut = false;  // within a frame: what was wrong with it may have been seen, or not
    unsigned code = 1005;
};

struct wire_frame {
    unsigned op = 0;
    bool last = false, sound = true;
    std::string_view payload;
};

// RFC 6455, 7.4; nobody has defined what is above 4999, and it is told as it comes. Beast knows the
// codes up to 1013: 1014, which was registered later, counts as broken.
bool is_close_code(unsigned code) {
    return (code >= 1000 && code <= 1013 && code != 1004 && code != 1005 && code != 1006) ||
           code >= 3000;
}

// Text of which more may follow: may end within a character (RFC 6455, 8.1).
bool is_utf8_so_far(std::string_view text) {
    if (oai::json::is_utf8(text)) return true;
    for (std::size_t torn = 1; torn <= 3 && torn <= text.size(); ++torn) {
        const auto lead = static_cast<unsigned char>(text[text.size() - torn]);
        if ((lead & 0xC0) == 0x80) continue;
        const std::size_t whole = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (torn >= whole) return false;
        // One of these may follow any lead byte that is one (RFC 3629, 4).
        return std::ranges::any_of(std::string_view("\x80\x90\xA0"), [&](char next) {
            std::string completed(text);
            completed.append(1, next).append(whole - torn - 1, '\x80');
            return oai::json::is_utf8(completed);
        });
    }
    return false;
}

// nullopt: cut.
std::optional<wire_frame> take_frame(std::string_view& input) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(input[at]); };
    if (input.size() < 2) return std::nullopt;
    wire_frame got;
    got.op = byte(0) & 15;
    got.last = (byte(0) & 0x80) != 0;
    const bool masked = (byte(1) & 0x80) != 0;
    std::uint64_t size = byte(1) & 127;
    const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (input.size() < 2 + wide + (masked ? 4 : 0)) return std::nullopt;
    const bool control = got.op >= 8;
    const bool known = got.op <= 2 || (got.op >= 8 && got.op <= 10);
    got.sound = known && (byte(0) & 0x70) == 0 && !masked && (!control || (got.last && size < 126));
    if (!got.sound) return got;
    if (wide > 0) size = 0;
    for (std::size_t i = 0; i < wide; ++i) size = size << 8 | byte(2 + i);
    got.sound = !(wide == 2 && size < 126) && !(wide == 8 && size < 65536) && size >> 63 == 0;
    if (!got.sound || size > most_message) return got.sound = false, got;
    if (input.size() < 2 + wide + size) return std::nullopt;
    got.payload = input.substr(2 + wide, size);
    input.remove_prefix(2 + wide + size);
    return got;
}

class reference {
  public:
    expectation read(std::string_view input) {
        while (!got_.broken && !got_.closed) {
            const auto next = take_frame(input);
            if (!next) {
                got_.cut = !input.empty();
                break;
            }
            got_.broken = !next->sound || !take(*next);
        }
        return std::move(got_);
    }

  private:
    bool take(const wire_frame& frame) {
        if (frame.op == testing::goodbye) return close(frame.payload);
        if (frame.op >= 8) return true;
        if ((frame.op == testing::more) != open_.has_value()) return false;
        if (frame.op != testing::more) open_ = ws::message{frame.op == testing::text, ""};
        open_->data += frame.payload;
        if (open_->data.size() > most_message) return false;
        if (!frame.last) return !open_->text || is_utf8_so_far(open_->data);
        if (open_->text && !oai::json::is_utf8(open_->data)) return false;
        got_.messages.push_back(std::move(*open_));
        open_.reset();
        return true;
    }

    bool close(std::string_view payload) {
        if (payload.size() == 1) return false;
        if (payload.size() >= 2) {
            got_.code = static_cast<unsigned char>(payload[0]) * 256u +
                        static_cast<unsigned char>(payload[1]);
            if (!is_close_code(got_.code) || !oai::json::is_utf8(payload.substr(2))) return false;
        }
        return got_.closed = true;
    }

    expectation got_;
    std::optional<ws::message> open_;
};

// A server that answers each handshake, sends what it is given, and then nothing more.
class server {
  public:
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    void play(std::string_view frames, bool deflate) {
        testing::peer client(acceptor_.accept());
        std::string answer = testing::switching(client.read_request());
        if (deflate)
            answer.insert(answer.size() - 2,
                          "Sec-WebSocket-Extensions: permessage-deflate; "
                          "server_max_window_bits=12; client_max_window_bits=12\r\n");
        client.write(answer.append(frames));
        boost::system::error_code ignored;
        client.socket().shutdown(testing::tcp::socket::shutdown_send, ignored);
        std::string rest;
        boost::asio::read(client.socket(), boost::asio::dynamic_buffer(rest), ignored);
    }

  private:
    boost::asio::io_context context_;
    testing::tcp::acceptor acceptor_{
        context_, testing::tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
};

void check(const expectation& expected, const std::vector<ws::message>& got,
           const ws::ending& how) {
    const auto equal = [](const ws::message& a, const ws::message& b) {
        return a.text == b.text && a.data == b.data;
    };
    require(std::ranges::equal(got, expected.messages, equal), "the messages are the RFC's");
    require(how.received.has_value() == expected.closed, "a goodbye is told");
    require(!expected.closed || how.received->code == expected.code, "with its code");
    const auto code = expected.broken ? errc::bad_frame : errc::connection_closed;
    if (expected.cut && how.why.code == errc::bad_frame) return;
    // Where the peer is gone before our complaint is out, that is what is told.
    if (expected.broken && how.why.code == errc::connection_closed) return;
    require(expected.closed ? !how.why : how.why.code == code, "and how it ended");
}

}  // namespace

void ws(std::string_view input) {
    static auto* const peer = new server;  // the engine outlives statics
    if (input.size() > 16 * 1024) return;
    const bool deflate = input.starts_with("deflate\n");
    if (deflate) take_line(input);
    oai::ws::settings how = testing::ws_client::to(peer->port());
    if (deflate) how.deflate.emplace();
    how.max_size = most_message;
    how.marks.reset();
    testing::ws_client client(std::move(how));
    peer->play(input, deflate);
    const oai::ws::ending& end = client.over();
    std::vector<oai::ws::message> got;
    for (oai::ws::message next; client.connection()->pop(next) == oai::ws::popped::message;) {
        require(next.data.size() <= most_message, "no message over the limit");
        got.push_back(std::move(next));
    }
    if (!deflate) check(reference().read(input), got, end);
}

}  // namespace oai::fuzz
