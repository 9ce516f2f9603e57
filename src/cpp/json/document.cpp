#include "json/document.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include <rapidjson/reader.h>

#include "json/bytes.hpp"

namespace oai::json {
namespace {

// RapidJSON's vector loads may look at the whole 16-byte block behind the text.
constexpr std::size_t padding = 32;

// Numbers come as text: RapidJSON alone would round integers beyond 64 bits.
constexpr unsigned parse_flags =
    rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;

// Typical answers have a token for about ten bytes; one long string has a single token, so the
// guess is bounded and the vector may double later.
std::size_t expected_tokens(std::size_t bytes) noexcept {
    return std::min<std::size_t>(bytes / 10 + 8, 4096);
}

// SAX handler; false stops the parse.
class token_writer {
  public:
    token_writer(std::vector<token>& to, unsigned max_depth, text_facts facts) noexcept
        : tokens_(to), max_depth_(max_depth), plain_(facts.ascii && !facts.escapes) {}

    bool Null() { return add(kind::null), true; }
    bool Bool(bool value) { return add(value ? kind::true_ : kind::false_), true; }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool);
    bool String(const char* text, rapidjson::SizeType size, bool);
    bool Key(const char* text, rapidjson::SizeType size, bool copy) {
        return String(text, size, copy);
    }
    bool StartObject() { return open(kind::object); }
    bool EndObject(rapidjson::SizeType size) { return close(size); }
    bool StartArray() { return open(kind::array); }
    bool EndArray(rapidjson::SizeType size) { return close(size); }

    // Never called with kParseNumbersAsStringsFlag, but the reader is compiled against them.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

  private:
    token& add(kind type) {
        token& added = tokens_.emplace_back();
        added.type = type;
        return added;
    }
    bool open(kind type);
    bool close(rapidjson::SizeType size);

    std::vector<token>& tokens_;
    std::uint32_t innermost_ = 0;  // the open container; its `size` holds the one around it
    unsigned depth_ = 0;
    unsigned max_depth_;
    bool plain_;  // every string is ASCII and has no escapes
};

bool token_writer::RawNumber(const char* text, rapidjson::SizeType size, bool) {
    const char* const last = text + size;
    token& added = add(kind::integer);
    std::int64_t integer = 0;
    const auto whole = std::from_chars(text, last, integer);
    if (whole.ptr == last) {
        if (whole.ec == std::errc()) {
            added.integer = integer;
        } else {
            added.type = kind::bignum;
            added.text = text;
            added.size = size;
        }
        return true;
    }
    double real = 0;
    const auto parsed = std::from_chars(text, last, real);
    added.type = kind::real;
    added.real = real;
    return parsed.ec == std::errc() && parsed.ptr == last && std::isfinite(real);
}

bool token_writer::String(const char* text, rapidjson::SizeType size, bool) {
    token& added = add(kind::string);
    added.text = text;
    added.size = size;
    added.ascii = plain_ || is_ascii({text, size});
    // Checked after unescaping: RapidJSON lets lone low surrogates pass (\udc00), and skips its own
    // check of the bytes wherever it scans by blocks.
    return added.ascii || is_utf8({text, size});
}

bool token_writer::open(kind type) {
    if (++depth_ > max_depth_) return false;
    const auto index = static_cast<std::uint32_t>(tokens_.size());
    add(type).size = innermost_;
    innermost_ = index;
    return true;
}

bool token_writer::close(rapidjson::SizeType size) {
    token& closed = tokens_[innermost_];
    innermost_ = closed.size;
    closed.size = size;
    closed.end = tokens_.size();
    --depth_;
    return true;
}

}  // namespace

std::optional<document> document::parse(std::string_view text, unsigned max_depth) {
    if (text.size() > std::numeric_limits<std::uint32_t>::max() - padding) return std::nullopt;
    // Neither in a string nor between values: RapidJSON's SSE2 scan overlooks 0x1a to 0x1f in
    // strings, and takes a NUL for the end of the text.
    const text_facts facts = inspect(text);
    if (facts.controls) return std::nullopt;

    document made;
    made.text_ = std::make_unique_for_overwrite<char[]>(text.size() + padding);
    if (!text.empty()) std::memcpy(made.text_.get(), text.data(), text.size());
    std::memset(made.text_.get() + text.size(), 0, padding);
    made.tokens_.reserve(expected_tokens(text.size()));

    rapidjson::InsituStringStream stream(made.text_.get());
    token_writer writer(made.tokens_, max_depth, facts);
    rapidjson::Reader reader;
    if (reader.Parse<parse_flags>(stream, writer).IsError()) return std::nullopt;
    return made;
}

std::size_t document::skip(std::size_t index) const noexcept {
    const token& at = tokens_[index];
    const bool nested = at.type == kind::array || at.type == kind::object;
    return nested ? static_cast<std::size_t>(at.end) : index + 1;
}

std::size_t document::find(std::size_t object, std::string_view key) const noexcept {
    if (tokens_[object].type != kind::object) return 0;
    std::size_t found = 0;
    const auto end = static_cast<std::size_t>(tokens_[object].end);
    for (std::size_t at = object + 1; at < end; at = skip(at + 1))
        if (tokens_[at].view() == key) found = at + 1;
    return found;
}

}  // namespace oai::json
