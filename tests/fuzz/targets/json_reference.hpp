// RFC 8259 as slowly as it gets: text to the same text, written in our one way. Refuses besides
// what Python's own fallback is to decide about: lone surrogates, numbers beyond double.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz.hpp"
#include "json/writer.hpp"

namespace oai::fuzz {

class json_reference {
  public:
    json_reference(std::string_view text, unsigned deepest) : left_(text), deepest_(deepest) {}

    std::optional<std::string> read() {
        space();
        if (!value(0)) return std::nullopt;
        space();
        return left_.empty() ? std::optional(out_) : std::nullopt;
    }

  private:
    char peek() const { return left_.empty() ? '\0' : left_.front(); }
    bool take(std::string_view text) {
        if (!left_.starts_with(text)) return false;
        left_.remove_prefix(text.size());
        return true;
    }
    void space() {
        while (take(" ") || take("\t") || take("\n") || take("\r")) {
        }
    }

    bool value(unsigned depth) {
        for (const std::string_view word : {"null", "true", "false"})
            if (take(word)) return out_ += word, true;
        if (peek() == '"') return string();
        if (peek() == '[') return items(depth, '[', ']', false);
        if (peek() == '{') return items(depth, '{', '}', true);
        return number();
    }

    bool items(unsigned depth, char open, char close, bool pairs) {
        if (depth == deepest_) return false;
        left_.remove_prefix(1);
        out_ += open;
        space();
        for (bool first = true; peek() != close; first = false) {
            if (!first) {
                if (!take(",")) return false;
                out_ += ',';
                space();
            }
            if (pairs) {
                if (peek() != '"' || !string()) return false;
                space();
                if (!take(":")) return false;
                out_ += ':';
                space();
            }
            if (!value(depth + 1)) return false;
            space();
            if (peek() != close && peek() != ',') return false;
        }
        left_.remove_prefix(1);
        out_ += close;
        return true;
    }

    bool number() {
        std::string text;
        const auto digits = [&] {
            const std::size_t before = text.size();
            while (peek() >= '0' && peek() <= '9') text += peek(), left_.remove_prefix(1);
            return text.size() - before;
        };
        if (take("-")) text += '-';
        const bool zero = peek() == '0';
        const std::size_t whole = digits();
        if (whole == 0 || (zero && whole > 1)) return false;
        bool integer = true;
        if (take(".")) {
            integer = false;
            text += '.';
            if (digits() == 0) return false;
        }
        if (peek() == 'e' || peek() == 'E') {
            integer = false;
            left_.remove_prefix(1);
            text += 'e';
            if (peek() == '+' || peek() == '-') text += peek(), left_.remove_prefix(1);
            if (digits() == 0) return false;
        }
        return integer ? write_integer(text) : write_real(text);
    }

    bool write_integer(const std::string& text) {
        double read = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), read);
        if (parsed.ec != std::errc()) return false;
        out_ += text == "-0" ? "0" : text;
        return true;
    }

    // It calls a number too big by its exponent, even if nothing but zeros stands before it.
    static bool beyond_rapidjson(const std::string& text) {
        const std::size_t mark = text.find('e'), point = std::min(text.find('.'), mark);
        const double fraction = point < mark ? static_cast<double>(mark - point) - 1 : 0;
        return mark != text.npos && std::atof(text.c_str() + mark + 1) > 308 + fraction;
    }

    // Which numbers are too much, or too little, for a double is the library's to say; what it
    // makes of the others is strtod's, too.
    bool write_real(const std::string& text) {
        double read = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), read);
        if (parsed.ec != std::errc() || !std::isfinite(read)) return false;
        if (read == 0 && beyond_rapidjson(text)) return false;
        require(read == std::strtod(text.c_str(), nullptr), "a number is read the same by strtod");
        oai::json::write_real(out_, read);
        return true;
    }

    bool string() {
        left_.remove_prefix(1);
        std::string text;
        while (!take("\"")) {
            if (left_.empty() || static_cast<unsigned char>(peek()) < 0x20) return false;
            if (!(peek() == '\\' ? escape(text) : sequence(text))) return false;
        }
        oai::json::write_string(out_, text);
        return true;
    }

    bool escape(std::string& text) {
        left_.remove_prefix(1);
        constexpr std::string_view names = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        const std::size_t at = left_.empty() ? names.npos : names.find(peek());
        if (at != names.npos) {
            left_.remove_prefix(1);
            text += meanings[at];
            return true;
        }
        std::uint32_t code = 0, low = 0;
        if (!take("u") || !hex(code)) return false;
        if (code >= 0xdc00 && code <= 0xdfff) return false;
        if (code >= 0xd800 && code <= 0xdbff) {
            if (!take("\\u") || !hex(low) || low < 0xdc00 || low > 0xdfff) return false;
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        encode(text, code);
        return true;
    }

    bool hex(std::uint32_t& code) {
        constexpr std::string_view digits = "0123456789abcdef";
        for (int i = 0; i < 4; ++i) {
            const char c = peek() >= 'A' && peek() <= 'F' ? static_cast<char>(peek() + 32) : peek();
            if (c == '\0' || digits.find(c) == digits.npos) return false;
            code = code * 16 + static_cast<std::uint32_t>(digits.find(c));
            left_.remove_prefix(1);
        }
        return true;
    }

    static void encode(std::string& text, std::uint32_t code) {
        const auto tail = [&](int shift) {
            text += static_cast<char>(0x80 | (code >> shift & 0x3f));
        };
        if (code < 0x80) return void(text += static_cast<char>(code));
        if (code < 0x800) return text += static_cast<char>(0xc0 | code >> 6), tail(0);
        if (code < 0x10000) return text += static_cast<char>(0xe0 | code >> 12), tail(6), tail(0);
        text += static_cast<char>(0xf0 | code >> 18);
        tail(12), tail(6), tail(0);
    }

    // RFC 3629: a sequence is what encode() makes of a code that is no surrogate.
    bool sequence(std::string& text) {
        const auto byte = [this](std::size_t at) { return static_cast<unsigned char>(left_[at]); };
        const std::size_t size = byte(0) < 0x80 ? 1 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
        if (left_.size() < size) return false;
        std::uint32_t code = size == 1 ? byte(0) : byte(0) & (0xff >> (size + 1));
        for (std::size_t i = 1; i < size; ++i) code = code << 6 | (byte(i) & 0x3f);
        if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return false;
        std::string made;
        encode(made, code);
        if (made != left_.substr(0, size)) return false;
        text += made;
        left_.remove_prefix(size);
        return true;
    }

    std::string_view left_;
    const unsigned deepest_;
    std::string out_;
};

}  // namespace oai::fuzz
