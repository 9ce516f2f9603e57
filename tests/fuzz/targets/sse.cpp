// Event streams: any cut gives the events that a line by line reading of the standard gives.
#include <optional>

#include "fuzz.hpp"
#include "sse/parser.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

struct result {
    std::vector<oai::sse::event> events;
    bool too_large = false;
};

result parsed(const pieces& input, std::size_t most) {
    oai::sse::parser parser(most);
    result got;
    oai::sse::event next;
    for (const std::string_view piece : input) {
        got.too_large = parser.feed(piece).failed();
        while (parser.next(next)) got.events.push_back(next);
        if (got.too_large) break;
    }
    parser.finish();
    require(!parser.next(next), "an unfinished event is dropped");
    return got;
}

// Up to a CR, LF or CRLF, which is taken off; nullopt: the last line has not ended.
std::optional<std::string_view> whole_line(std::string_view& text) {
    const std::size_t end = text.find_first_of("\r\n");
    if (end == text.npos) return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
    return line;
}

long milliseconds_of(std::string_view digits, long otherwise) {
    long value = 0;
    if (digits.empty()) return otherwise;
    for (const char c : digits) {
        if (c < '0' || c > '9') return otherwise;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, c - '0', &value))
            return otherwise;
    }
    return value;
}

// WHATWG HTML 9.2.6, as it stands there.
class reference {
  public:
    result read(std::string_view text, std::size_t most) {
        if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
        result got;
        while (const auto line = whole_line(text)) {
            got.too_large = data_.size() - (data_.empty() ? 0 : 1) + line->size() > most;
            if (got.too_large) return got;
            take(*line, got);
        }
        got.too_large = data_.size() - (data_.empty() ? 0 : 1) + text.size() > most;
        return got;
    }

  private:
    void take(std::string_view line, result& got) {
        if (line.empty()) return dispatch(got);
        if (line.front() == ':') return;
        const std::size_t colon = line.find(':');
        const std::string_view name = line.substr(0, colon);
        std::string_view value = colon == line.npos ? "" : line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        if (name == "event") name_ = value;
        if (name == "data") data_.append(value).append(1, '\n');
        if (name == "id" && value.find('\0') == value.npos) id_ = value;
        if (name == "retry") retry_ = milliseconds_of(value, retry_);
    }
    void dispatch(result& got) {
        // Our own: an event whose data are empty is none, too.
        if (data_.size() > 1)
            got.events.push_back({name_, data_.substr(0, data_.size() - 1), id_, retry_});
        name_.clear();
        data_.clear();
        retry_ = -1;
    }

    std::string name_, data_, id_;
    long retry_ = -1;
};

bool same(const result& one, const result& other) {
    const auto equal = [](const oai::sse::event& a, const oai::sse::event& b) {
        return a.name == b.name && a.data == b.data && a.id == b.id && a.retry == b.retry;
    };
    return one.too_large == other.too_large && std::ranges::equal(one.events, other.events, equal);
}

}  // namespace

void sse(std::string_view input) {
    for (const std::size_t most : {std::size_t{1} << 20, std::size_t{40}}) {
        const result expected = reference().read(input, most);
        require(same(parsed({input}, most), expected), "the events are the standard's");
        require(same(parsed(cut(input, 1), most), expected), "byte by byte as well");
        require(same(parsed(cut(input, 12), most), expected), "cut anywhere as well");
    }
}

}  // namespace oai::fuzz
