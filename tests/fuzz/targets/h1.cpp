// Answers of HTTP/1: any cut gives the same, and what is taken for a whole answer is one by a plain
// reading of RFC 9112's framing, too. A first line "HEAD": the request had this method.
#include <optional>

#include "fuzz.hpp"
#include "http/h1_parser.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

http::wire_limits small_limits() {
    http::wire_limits limits;
    limits.head = 2048;
    limits.fields = 12;
    limits.extensions = 256;
    limits.interim = 3;
    limits.body = 16 * 1024;
    return limits;
}

struct result {
    error_code ec;
    bool whole = false, keep_alive = false;
    std::size_t head_size = 0, used = 0;
    http::response_head head;
    std::string body;
};

// As the connection feeds the parser.
class reader {
  public:
    explicit reader(bool bodiless) : bodiless_(bodiless) {}

    result read(const pieces& input) {
        for (const std::string_view piece : input) {
            pending_ += piece;
            while (!got_.ec && !got_.whole && !pending_.empty() && step()) {
            }
            if (got_.ec || got_.whole) break;
        }
        if (!got_.ec && !got_.whole) end();
        return std::move(got_);
    }

  private:
    // False: it wants more.
    bool step() {
        std::size_t used = 0;
        const bool in_body = in_body_;
        if (!parser_) parser_.emplace(got_.head, bodiless_, limits_);
        error_code ec = in_body ? parser_->put_body(pending_, used, &got_.body)
                                : parser_->put_head(pending_, used);
        require(used <= pending_.size(), "no more is used than there is");
        pending_.erase(0, used);
        got_.used += used;
        if (http::h1_parser::wants_more(ec)) return false;
        got_.ec = ec;
        if (ec) return true;
        if (in_body)
            got_.whole = true;
        else
            head_done();
        if (got_.whole) got_.keep_alive = parser_->keep_alive();
        return true;
    }

    void head_done() {
        if (got_.head.status >= 200) {
            in_body_ = true;
            got_.head_size = got_.used;
            got_.whole = parser_->is_done();
            return;
        }
        if (got_.head.status == 101) got_.ec = errc::bad_response;
        if (++interim_ > limits_.interim) got_.ec = errc::too_many_interim;
        got_.head.clear();
        parser_.reset();
    }

    void end() {
        got_.ec = errc::connection_closed;
        if (in_body_ && pending_.empty()) got_.ec = parser_->put_end();
        got_.whole = !got_.ec;
    }

    const bool bodiless_;
    const http::wire_limits limits_ = small_limits();
    std::optional<http::h1_parser> parser_;
    result got_;
    std::string pending_;
    bool in_body_ = false;
    int interim_ = 0;
};

// RFC 9112 7.1, without trailers' content; nullopt: broken or cut.
std::optional<std::string> dechunked(std::string_view text) {
    std::string body;
    for (;;) {
        const std::size_t end = text.find("\r\n");
        if (end == text.npos) return std::nullopt;
        std::uint64_t size = 0;
        std::size_t digits = 0;
        for (const char c : text.substr(0, end)) {
            if (std::isxdigit(static_cast<unsigned char>(c)) == 0) break;
            size = size * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
            if (++digits > 15 && size > text.size()) return std::nullopt;
        }
        if (digits == 0) return std::nullopt;
        text.remove_prefix(end + 2);
        if (size == 0) return body;
        if (text.size() < size + 2 || text.substr(size, 2) != "\r\n") return std::nullopt;
        body += text.substr(0, size);
        text.remove_prefix(size + 2);
    }
}

std::vector<std::string_view> all_of(const http::response_head& head, std::string_view name) {
    std::vector<std::string_view> values;
    for (const auto& field : head.fields())
        if (http::iequals(field.name, name)) values.push_back(field.value);
    return values;
}

void check_framing(const result& got, std::string_view input, bool bodiless) {
    const auto codings = all_of(got.head, "transfer-encoding");
    const auto lengths = all_of(got.head, "content-length");
    require(codings.size() <= 1, "one transfer coding at most");
    require(codings.empty() || lengths.empty(), "a length or chunks, never both");
    const auto number = [](std::string_view digits) {
        return std::strtoull(std::string(digits).c_str(), nullptr, 10);
    };
    for (const auto& each : lengths)
        require(number(each) == number(lengths.front()), "one length only");
    const bool empty = bodiless || got.head.status == 204 || got.head.status == 304;
    if (empty) return require(got.body.empty(), "an answer without a body has none");
    const std::string_view rest = input.substr(got.head_size);
    std::string expected(rest);
    if (!codings.empty()) {
        const auto chunks = dechunked(rest);
        require(chunks.has_value(), "chunks are whole");
        expected = *chunks;
    } else if (!lengths.empty()) {
        const auto length = number(lengths.front());
        require(rest.size() >= length, "a body is as long as its length");
        expected = rest.substr(0, length);
    } else {
        require(!got.keep_alive, "a body that the end of the connection ends is its last");
    }
    require(got.body == expected, "the body is what was framed");
}

void check_fields(const http::response_head& head) {
    constexpr std::string_view broken("\r\n\0", 3);
    for (const auto& field : head.fields()) {
        require(field.value.find_first_of(broken) == field.value.npos, "values are one line");
        require(!field.name.empty() && field.name.find_first_of(" \t:\r\n") == field.name.npos,
                "names are tokens");
    }
    require(head.status >= 200 && head.status <= 999, "a final status");
    require(head.fields().size() <= 12, "no more fields than allowed");
}

}  // namespace

void h1(std::string_view input) {
    const bool bodiless = input.starts_with("HEAD\n");
    if (bodiless) take_line(input);
    const result whole = reader(bodiless).read({input});
    for (const std::uint64_t longest : {1, 60}) {
        const result cut_up = reader(bodiless).read(cut(input, longest));
        require(cut_up.whole == whole.whole, "cuts do not change whether it is whole");
        if (!whole.whole) continue;
        require(cut_up.body == whole.body && cut_up.used == whole.used, "nor the body");
        require(cut_up.head.status == whole.head.status &&
                    cut_up.head.fields().size() == whole.head.fields().size(),
                "nor the head");
        require(cut_up.keep_alive == whole.keep_alive, "nor what becomes of the connection");
    }
    if (!whole.whole) return;
    require(whole.body.size() <= small_limits().body, "no more body than allowed");
    check_fields(whole.head);
    if (all_of(whole.head, "content-encoding").empty()) check_framing(whole, input, bodiless);
}

}  // namespace oai::fuzz
