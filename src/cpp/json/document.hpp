// JSON text as a flat array of tokens, made off the GIL and read by the object builder.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oai::json {

enum class kind : std::uint8_t {
    null,
    false_,
    true_,
    integer,  // fits int64: `integer`
    real,     // `real`; the text had a fraction or an exponent
    bignum,   // an integer beyond int64, kept as text
    string,   // UTF-8, unescaped
    array,    // `size` elements follow in order; `end` is the index of the first token after them
    object,   // `size` pairs follow: a string token (the key), then the value
};

struct token {
    kind type = kind::null;
    bool ascii = false;      // strings: no byte above 0x7f
    std::uint32_t size = 0;  // strings and bignums: bytes; arrays: elements; objects: pairs
    union {
        const char* text;
        std::int64_t integer;
        double real;
        std::uint64_t end;
    };

    token() noexcept : text(nullptr) {}
    std::string_view view() const noexcept { return {text, size}; }
};
static_assert(sizeof(token) == 16);

// Owns the text that its tokens point into. Movable; pointers stay valid across moves.
class document {
  public:
    document() = default;
    document(document&&) noexcept = default;
    document& operator=(document&&) noexcept = default;

    // Parses strict JSON (UTF-8, at most `max_depth` levels). nullopt: the text is not JSON by
    // RapidJSON's rules (NaN, 1e400, lone surrogates, BOM included): the Python fallback decides
    // about it.
    static std::optional<document> parse(std::string_view text, unsigned max_depth = 512);

    bool empty() const noexcept { return tokens_.empty(); }
    const token* begin() const noexcept { return tokens_.data(); }
    const token& root() const noexcept { return tokens_.front(); }
    // Index of the token after `index` and everything below it.
    std::size_t skip(std::size_t index) const noexcept;
    // Value index of `key` in the object at `object`, or 0 (never a value's index). Of equal keys
    // the last counts, as in json.loads.
    std::size_t find(std::size_t object, std::string_view key) const noexcept;
    const token& operator[](std::size_t index) const noexcept { return tokens_[index]; }
    std::size_t size() const noexcept { return tokens_.size(); }

  private:
    std::vector<token> tokens_;
    std::unique_ptr<char[]> text_;
};

}  // namespace oai::json
