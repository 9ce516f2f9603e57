// The client's side of HTTP/2: a peer that sends anything, after requests have gone out.
#include <array>
#include <utility>

#include "fuzz.hpp"
#include "http/h2_session.hpp"
#include "support/h2_frames.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

constexpr std::size_t most_streams = 4;
constexpr std::size_t most_input = 16 * 1024;

http::wire_limits small_limits() {
    http::wire_limits limits;
    limits.head = 2048;
    limits.fields = 12;
    limits.interim = 3;
    return limits;
}

class recorded final : public http::h2_stream {
  public:
    void changed() noexcept override { ++changes; }

    int changes = 0;
    std::size_t read = 0;
};

std::string fields_of(const http::response_head& head) {
    std::string all = std::to_string(head.status);
    for (const auto& field : head.fields())
        all.append("\n").append(field.name).append(": ").append(field.value);
    return all;
}

// What a caller sees of a stream, and of all of a connection.
struct result {
    bool failed = false, whole = false;
    std::string answer;

    bool operator==(const result&) const = default;
};
struct outcome {
    std::array<result, 3> streams;
    bool broken = false;  // the peer broke the protocol
};

// One connection with three exchanges: a GET, a POST, and a POST whose body never ends.
class connection {
  public:
    connection() : session_(origin(), small_limits(), most_streams) {
        submit(streams_[0], "GET", "", false);
        submit(streams_[1], "POST", "{\"a\":1}", false);
        submit(streams_[2], "POST", "part", true);
        produce();
    }

    void run(const pieces& input) {
        for (const std::string_view piece : input) {
            error_code ec = session_.receive(piece);
            read();
            if (!ec) ec = produce();
            if (ec) session_.fail_all(ec);
            if (ec) return;
            if (session_.draining()) continue;
            require(session_.capacity() <= most_streams, "we allow so many streams");
        }
        session_.fail_all(errc::connection_closed);
    }

    void check(std::size_t input_size) {
        require(!session_.busy() && session_.draining(), "nothing goes on after the end");
        for (const recorded& each : streams_) check(each, input_size);
        require(sent_.size() <= 2 * input_size + 64 * 1024, "a little is not answered with a lot");
        const std::size_t all = sent_.size();
        std::size_t whole = http2_preface;
        for (const auto& frame : testing::take_frames(sent_)) {
            whole += 9 + frame.payload.size();
            require(frame.payload.size() <= 16384, "our frames are no larger than allowed");
            require(frame.type != testing::h2_push_promise, "a client does not push");
            const bool begins = frame.type == testing::h2_headers || frame.type == testing::h2_data;
            require(!begins || frame.stream % 2 == 1, "our streams are odd");
        }
        require(whole == all, "we send whole frames");
    }

    outcome seen() const {
        outcome all{.streams = {}, .broken = session_.broken()};
        for (std::size_t i = 0; i < all.streams.size(); ++i) {
            const recorded& each = streams_[i];
            all.streams[i].failed = bool(each.failed);
            all.streams[i].whole = each.got_all;
            // Of what broke off more is there if it came in more pieces.
            if (!each.failed) all.streams[i].answer = fields_of(each.head) + "\n\n" + each.data;
        }
        return all;
    }

  private:
    static constexpr std::size_t http2_preface = testing::h2_preface.size();

    static http::origin origin() {
        http::origin to;
        to.host = "api.test";
        return to;
    }

    void submit(recorded& stream, std::string method, std::string_view body, bool more) {
        http::request message;
        message.method = std::move(method);
        message.target = "/v1/models";
        message.body = body;
        message.extra.add("Authorization", "Bearer key");
        stream.unsent = body;
        stream.more_follows = more;
        require(!session_.submit(stream, message), "a fresh session takes requests");
    }

    error_code produce() {
        const error_code ec = session_.produce(sent_, sent_.size() + 64 * 1024);
        session_.written();
        return ec;
    }

    void read() {
        for (recorded& each : streams_)
            session_.consumed(each, each.data.size() - std::exchange(each.read, each.data.size()));
    }

    static void check(const recorded& stream, std::size_t input_size) {
        require(stream.changes > 0, "a stream is told of its end");
        require(!stream.got_all || stream.got_head, "a whole answer has a head");
        require(stream.got_all || stream.failed, "an answer is whole or has failed");
        require(stream.data.size() <= input_size, "no data out of nothing");
        if (!stream.got_head) return;
        require(stream.head.status >= 200 && stream.head.status <= 999, "a final status");
        require(stream.head.fields().size() <= 12, "no more fields than allowed");
        for (const auto& field : stream.head.fields())
            require(!field.name.starts_with(':') && field.value.find_first_of(std::string_view(
                                                        "\r\n\0", 3)) == field.value.npos,
                    "fields are fields");
    }

    http::h2_session session_;
    std::array<recorded, 3> streams_;
    std::string sent_;
};

outcome run(const pieces& input, std::size_t size) {
    connection made;
    made.run(input);
    made.check(size);
    return made.seen();
}

bool has_continuation(std::string_view input) {
    std::string frames(input);
    return std::ranges::any_of(testing::take_frames(frames), [](const testing::h2_frame& each) {
        return each.type == testing::h2_continuation;
    });
}

}  // namespace

void h2(std::string_view input) {
    if (input.size() > most_input) return;
    // nghttp2 counts the pieces in which it gets a CONTINUATION frame as so many of them.
    const bool compared = !has_continuation(input);
    const outcome whole = run({input}, input.size());
    for (const std::uint64_t longest : {1, 40}) {
        const outcome cut_up = run(cut(input, longest), input.size());
        for (std::size_t i = 0; compared && i < whole.streams.size(); ++i) {
            const result &one = cut_up.streams[i], &other = whole.streams[i];
            // A frame that breaks the protocol after a stream's end is let pass if our reset had
            // left: what follows it is then lost in one of the two.
            if ((one.failed || other.failed) && (cut_up.broken || whole.broken)) continue;
            if (one == other) continue;
            std::fprintf(stderr, "%s\n--- but whole:\n%s\n", one.answer.c_str(),
                         other.answer.c_str());
            require(false, "cuts do not change what a caller sees");
        }
    }
}

}  // namespace oai::fuzz
