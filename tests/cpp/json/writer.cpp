#include "json/writer.hpp"

#include <boost/core/lightweight_test.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "json/document.hpp"

using namespace oai::json;
using namespace std::string_view_literals;

namespace {

std::string text_of(std::string_view value) {
    std::string out;
    write_string(out, value);
    return out;
}

std::string text_of(double value) {
    std::string out;
    write_real(out, value);
    return out;
}

std::string text_of(std::int64_t value) {
    std::string out;
    write_integer(out, value);
    return out;
}

// What json.dumps(ensure_ascii=False) says.
void strings() {
    BOOST_TEST_EQ(text_of(""sv), R"("")");
    BOOST_TEST_EQ(text_of("plain"sv), R"("plain")");
    BOOST_TEST_EQ(text_of("\"\\/"sv), R"("\"\\/")");
    BOOST_TEST_EQ(text_of("\n\r\t\f\b"sv), R"("\n\r\t\f\b")");
    BOOST_TEST_EQ(text_of("\0\x01\x0b\x1a\x1f\x7f"sv),
                  "\"\\u0000\\u0001\\u000b\\u001a\\u001f\x7f\"");
    BOOST_TEST_EQ(text_of("h\xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80"sv),
                  "\"h\xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80\"");
}

std::string escaped_slowly(std::string_view value) {
    constexpr std::string_view named = "\"\\\n\r\t\f\b", letters = "\"\\nrtfb";
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out = "\"";
    for (char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (const std::size_t at = named.find(c); at != std::string_view::npos) {
            out.append("\\").append(1, letters[at]);
        } else if (byte < 0x20) {
            out.append("\\u00").append(1, hex[byte / 16]).append(1, hex[byte % 16]);
        } else {
            out.push_back(c);
        }
    }
    return out + "\"";
}

void every_byte_at_every_offset() {
    for (int byte = 0; byte < 256; ++byte)
        for (std::size_t at = 0; at < 35; ++at) {
            std::string value(35, 'x');
            value[at] = static_cast<char>(byte);
            BOOST_TEST(text_of(std::string_view(value)) == escaped_slowly(value));
        }
}

void random_strings_come_back() {
    std::mt19937 random(11);
    constexpr std::string_view pieces[] = {
        "a",        "long clean run of text ", "\"",  "\\", "\n", "\x1f",
        "\xc3\xa9", "\xf0\x9f\x98\x80",        "\0"sv};
    for (int round = 0; round < 2000; ++round) {
        std::string value;
        for (unsigned n = random() % 40; n > 0; --n) value += pieces[random() % std::size(pieces)];
        const std::string text = text_of(std::string_view(value));
        BOOST_TEST(text == escaped_slowly(value));
        const auto back = document::parse(text);
        BOOST_TEST(back && back->root().view() == value);
    }
}

void appends() {
    std::string out = "[";
    write_integer(out, 1);
    out += ',';
    write_real(out, 2);
    out += ',';
    write_string(out, "x");
    BOOST_TEST_EQ(out, "[1,2.0,\"x\"");
}

void integers() {
    BOOST_TEST_EQ(text_of(std::int64_t{0}), "0");
    BOOST_TEST_EQ(text_of(std::int64_t{-7}), "-7");
    BOOST_TEST_EQ(text_of(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
    BOOST_TEST_EQ(text_of(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
}

// Right-hand sides are Python's repr().
void reals_as_python_writes_them() {
    const struct {
        double value;
        const char* text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-1.0, "-1.0"},
        {0.1, "0.1"},
        {0.5, "0.5"},
        {1.5, "1.5"},
        {100.0, "100.0"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {1.2345678901234568e16, "1.2345678901234568e+16"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {1e17, "1e+17"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {1e100, "1e+100"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {0.001, "0.001"},
        {0.0001, "0.0001"},
        {0.00012345, "0.00012345"},
        {0.00001, "1e-05"},
        {0.000012345, "1.2345e-05"},
        {1e-7, "1e-07"},
        {1e-10, "1e-10"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3.0, "0.3333333333333333"},
        {2.0 / 3.0, "0.6666666666666666"},
        {10.0 / 3.0, "3.3333333333333335"},
        {1e5, "100000.0"},
        {123456.789, "123456.789"},
        {4503599627370496.5, "4503599627370496.0"},
        {9007199254740993.0, "9007199254740992.0"},
        {-2.5e-8, "-2.5e-08"},
        {3.141592653589793, "3.141592653589793"},
        {1e9, "1000000000.0"},
        {1e-100, "1e-100"},
        {299792458.0, "299792458.0"},
        {0.7, "0.7"},
        {6.02214076e23, "6.02214076e+23"},
        {-1.5e300, "-1.5e+300"},
    };
    for (const auto& c : cases) BOOST_TEST_EQ(text_of(c.value), c.text);
}

void random_reals_come_back() {
    std::mt19937_64 random(5);
    for (int round = 0; round < 200'000; ++round) {
        const auto value = std::bit_cast<double>(random());
        if (!std::isfinite(value)) continue;
        const std::string text = text_of(value);
        const auto back = document::parse(text);
        BOOST_TEST(back && back->root().type == kind::real);
        if (back)
            BOOST_TEST(std::bit_cast<std::uint64_t>(back->root().real) ==
                       std::bit_cast<std::uint64_t>(value));
    }
}

}  // namespace

int main() {
    strings();
    every_byte_at_every_offset();
    random_strings_come_back();
    appends();
    integers();
    reals_as_python_writes_them();
    random_reals_come_back();
    return boost::report_errors();
}
