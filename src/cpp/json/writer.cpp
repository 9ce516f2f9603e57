#include "json/writer.hpp"

#include <charconv>

#include "json/bytes.hpp"

namespace oai::json {
namespace {

void write_escape(std::string& out, unsigned char c) {
    constexpr char hex[] = "0123456789abcdef";
    switch (c) {
        case '"':
            out.append("\\\"", 2);
            break;
        case '\\':
            out.append("\\\\", 2);
            break;
        case '\b':
            out.append("\\b", 2);
            break;
        case '\f':
            out.append("\\f", 2);
            break;
        case '\n':
            out.append("\\n", 2);
            break;
        case '\r':
            out.append("\\r", 2);
            break;
        case '\t':
            out.append("\\t", 2);
            break;
        default:
            out.append("\\u00", 4);
            out.push_back(hex[c >> 4]);
            out.push_back(hex[c & 15]);
    }
}

// Python's float.__repr__ leaves plain notation at these powers of ten.
constexpr int first_scientific = 16;
constexpr int last_plain = -4;

void write_plain(std::string& out, std::string_view digits, int exponent) {
    if (exponent < 0) {
        out.append("0.").append(static_cast<std::size_t>(-exponent - 1), '0').append(digits);
        return;
    }
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole) {
        out.append(digits).append(whole - digits.size(), '0').append(".0");
    } else {
        out.append(digits.substr(0, whole)).append(1, '.').append(digits.substr(whole));
    }
}

void write_scientific(std::string& out, std::string_view digits, int exponent) {
    out.push_back(digits[0]);
    if (digits.size() > 1) out.append(1, '.').append(digits.substr(1));
    out.append(exponent < 0 ? "e-" : "e+");
    const int power = exponent < 0 ? -exponent : exponent;
    if (power < 10) out.push_back('0');
    write_integer(out, power);
}

}  // namespace

void write_string(std::string& out, std::string_view text) {
    out.push_back('"');
    for (;;) {
        const std::size_t clean = clean_prefix(text);
        out.append(text.data(), clean);
        if (clean == text.size()) break;
        write_escape(out, static_cast<unsigned char>(text[clean]));
        text.remove_prefix(clean + 1);
    }
    out.push_back('"');
}

void write_integer(std::string& out, std::int64_t value) {
    char text[24];
    const auto written = std::to_chars(text, text + sizeof(text), value);
    out.append(text, written.ptr);
}

void write_real(std::string& out, double value) {
    // Shortest digits come as d.ddde[+-]dd; where the point goes is Python's own rule.
    char text[32];
    const auto written =
        std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific);
    std::string_view shortest(text, static_cast<std::size_t>(written.ptr - text));
    if (shortest.front() == '-') {
        out.push_back('-');
        shortest.remove_prefix(1);
    }
    const std::size_t mark = shortest.find('e');
    int exponent = 0;
    const char* power = shortest.data() + mark + 1;
    if (*power == '+') ++power;
    std::from_chars(power, written.ptr, exponent);
    char digits[24];
    std::size_t size = 0;
    for (char c : shortest.substr(0, mark))
        if (c != '.') digits[size++] = c;
    const std::string_view significand(digits, size);
    if (exponent >= last_plain && exponent < first_scientific)
        write_plain(out, significand, exponent);
    else
        write_scientific(out, significand, exponent);
}

}  // namespace oai::json
