#include "json/document.hpp"

#include <boost/core/lightweight_test.hpp>

#include <cmath>
#include <cstring>
#include <limits>

using namespace oai::json;
using namespace std::string_view_literals;

namespace {

document parsed(std::string_view text) {
    auto made = document::parse(text);
    BOOST_TEST(made.has_value());
    return made ? std::move(*made) : std::move(*document::parse("null"));
}

bool refused(std::string_view text) {
    return !document::parse(text).has_value();
}

void scalars() {
    BOOST_TEST(parsed("null").root().type == kind::null);
    BOOST_TEST(parsed(" true\n").root().type == kind::true_);
    BOOST_TEST(parsed("\tfalse\r").root().type == kind::false_);
    const document text = parsed(R"("h\u00e9\n\ud83d\ude00")");
    BOOST_TEST_EQ(text.root().view(), "h\xc3\xa9\n\xf0\x9f\x98\x80");
    BOOST_TEST(!text.root().ascii);
    BOOST_TEST_EQ(parsed(R"("a\u0000b")").root().view(), "a\0b"sv);
    BOOST_TEST_EQ(parsed(R"("\"\\\/\b\f\n\r\t")").root().view(), "\"\\/\b\f\n\r\t");
}

void integers() {
    const struct {
        const char* text;
        std::int64_t value;
    } cases[] = {{"0", 0},
                 {"-0", 0},
                 {"7", 7},
                 {"-1", -1},
                 {"2147483648", 2147483648},
                 {"4294967296", 4294967296},
                 {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
                 {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()}};
    for (const auto& c : cases) {
        const document made = parsed(c.text);
        BOOST_TEST(made.root().type == kind::integer);
        BOOST_TEST_EQ(made.root().integer, c.value);
    }
    for (const char* text : {"9223372036854775808", "-9223372036854775809", "18446744073709551615",
                             "18446744073709551616", "123456789012345678901234567890"}) {
        const document made = parsed(text);
        BOOST_TEST(made.root().type == kind::bignum);
        BOOST_TEST_EQ(made.root().view(), text);
    }
    // The text behind a bignum must not be cut off, nor run into what follows.
    const document list = parsed("[ 18446744073709551616,-18446744073709551616 ]");
    BOOST_TEST_EQ(list[1].view(), "18446744073709551616");
    BOOST_TEST_EQ(list[2].view(), "-18446744073709551616");
}

void reals_are_exact() {
    const struct {
        const char* text;
        double value;
    } cases[] = {{"0.1", 0.1},
                 {"1E5", 1e5},
                 {"1e5", 1e5},
                 {"0e0", 0},
                 {"1.0", 1},
                 {"-2.5E-3", -2.5e-3},
                 {"1e23", 1e23},
                 {"5e-324", 5e-324},
                 {"1.7976931348623157e308", 1.7976931348623157e308},
                 {"2.2250738585072011e-308", 2.2250738585072011e-308},
                 {"9007199254740993.0", 9007199254740992.0},
                 {"9007199254740993.00000000000000000000000001", 9007199254740994.0},
                 {"123456789012345678901234567890.5", 123456789012345678901234567890.5}};
    for (const auto& c : cases) {
        const document made = parsed(c.text);
        BOOST_TEST(made.root().type == kind::real);
        BOOST_TEST(made.root().real == c.value);
    }
    BOOST_TEST(parsed("-0.0").root().type == kind::real);
    BOOST_TEST(std::signbit(parsed("-0.0").root().real));
}

void containers_know_their_extent() {
    const document made = parsed(R"({"a":[1,[],{"b":null}],"c":{},"d":"x"})");
    BOOST_TEST_EQ(made.root().size, 3u);
    BOOST_TEST_EQ(made.root().end, made.size());
    BOOST_TEST_EQ(made.size(), 12u);
    const std::size_t list = made.find(0, "a");
    BOOST_TEST_EQ(list, 2u);
    BOOST_TEST_EQ(made[list].size, 3u);
    BOOST_TEST_EQ(made.skip(list), 8u);
    BOOST_TEST_EQ(made[4].size, 0u);
    BOOST_TEST_EQ(made.skip(4), 5u);
    BOOST_TEST_EQ(made[5].size, 1u);
    BOOST_TEST(made[made.find(5, "b")].type == kind::null);
    BOOST_TEST_EQ(made.skip(made.find(0, "c")), made.find(0, "d") - 1);
    BOOST_TEST_EQ(made[made.find(0, "d")].view(), "x");
    BOOST_TEST_EQ(made.find(0, "b"), 0u);
    BOOST_TEST_EQ(made.find(list, "b"), 0u);
    BOOST_TEST_EQ(made.skip(0), made.size());
}

void duplicate_keys_stay_and_the_last_is_found() {
    const document made = parsed(R"({"a":1,"b":2,"a":3})");
    BOOST_TEST_EQ(made.root().size, 3u);
    BOOST_TEST_EQ(made[made.find(0, "a")].integer, 3);
    BOOST_TEST_EQ(made[2].integer, 1);
}

void ascii_flag() {
    const document plain = parsed(R"({"key":"value"})");
    BOOST_TEST(plain[1].ascii && plain[2].ascii);
    const document mixed = parsed("{\"k\xc3\xa9\":\"value\",\"n\":\"\xe6\xbc\xa2\"}");
    BOOST_TEST(!mixed[1].ascii);
    BOOST_TEST(mixed[2].ascii);
    BOOST_TEST(mixed[3].ascii);
    BOOST_TEST(!mixed[4].ascii);
    // Escapes can make a non-ASCII string of ASCII text.
    const document escaped = parsed(R"(["\u007f","\u0080","plain"])");
    BOOST_TEST(escaped[1].ascii);
    BOOST_TEST(!escaped[2].ascii);
    BOOST_TEST(escaped[3].ascii);
}

void refuses_what_is_not_json() {
    for (std::string_view text : {""sv,
                                  " "sv,
                                  "nul"sv,
                                  "tru"sv,
                                  "'a'"sv,
                                  "[1,]"sv,
                                  "[,1]"sv,
                                  "[1 2]"sv,
                                  "{\"a\"}"sv,
                                  "{\"a\":}"sv,
                                  "{\"a\":1,}"sv,
                                  "{a:1}"sv,
                                  "{1:2}"sv,
                                  "[1]]"sv,
                                  "1 2"sv,
                                  "[1"sv,
                                  "{"sv,
                                  "\"a"sv,
                                  "\"\\x\""sv,
                                  "\"\\u12g4\""sv,
                                  "/**/1"sv,
                                  "1//"sv,
                                  "01"sv,
                                  "+1"sv,
                                  "1."sv,
                                  ".5"sv,
                                  "-"sv,
                                  "1e"sv,
                                  "1e+"sv,
                                  "0x1"sv,
                                  "\x0c"
                                  "1"sv,
                                  "\xc2\xa0"
                                  "1"sv,
                                  "1\0"sv,
                                  "[]\0[]"sv,
                                  "\0"sv})
        BOOST_TEST(refused(text));
}

void refuses_control_characters_anywhere_in_strings() {
    for (int c = 0; c < 0x20; ++c)
        for (std::size_t before = 0; before < 40; ++before) {
            const std::string run(before, 'x');
            const std::string text =
                "\"" + run + static_cast<char>(c) + std::string(40 - before, 'y') + "\"";
            BOOST_TEST(refused(text));
        }
    BOOST_TEST(!refused("\"\x7f\""));
}

void refuses_invalid_utf8_anywhere() {
    for (std::string_view broken :
         {"\x80"sv, "\xff"sv, "\xc3"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xe0\x80\x80"sv, "\xe2\x82"sv,
          "\xed\xa0\x80"sv, "\xed\xbf\xbf"sv, "\xf0\x80\x80\x80"sv, "\xf4\x90\x80\x80"sv,
          "\xf8\x88\x80\x80\x80"sv, "\xf0\x9f\x98"sv})
        for (std::size_t before = 0; before < 20; ++before) {
            const std::string text =
                "[\"" + std::string(before, 'x') + std::string(broken) + "tail\",\"\\n\"]";
            BOOST_TEST(refused(text));
        }
    for (std::string_view good : {"\xc2\x80"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv,
                                  "\xee\x80\x80"sv, "\xf0\x90\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv})
        BOOST_TEST_EQ(parsed("\"" + std::string(good) + "\"").root().view(), good);
}

void leaves_to_python_what_only_python_takes() {
    for (std::string_view text :
         {"NaN"sv, "[Infinity]"sv, "-Infinity"sv, "1e400"sv, "-1e400"sv, "1.8e308"sv,
          "\"\\ud800\""sv, "\"\\udc00\""sv, "\"\\ud83d\\u0041\""sv, "\"\\ude00\\ud83d\""sv,
          "\xef\xbb\xbf{}"sv})
        BOOST_TEST(refused(text));
}

std::string nested(std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
}

void depth_is_limited() {
    BOOST_TEST_EQ(parsed(nested(300)).size(), 300u);
    BOOST_TEST_EQ(parsed(nested(512)).size(), 512u);
    BOOST_TEST(refused(nested(513)));
    BOOST_TEST(refused(nested(1'000'000)));
    BOOST_TEST(document::parse("[[{}]]", 3).has_value());
    BOOST_TEST(!document::parse("[[{}]]", 2).has_value());
    // Depth is what is open at once, not what was ever opened.
    BOOST_TEST(document::parse("[[],[],{},[]]", 2).has_value());
    std::string objects;
    for (int i = 0; i < 300; ++i) objects += "{\"a\":";
    BOOST_TEST_EQ(parsed(objects + "1" + std::string(300, '}')).size(), 601u);
}

void views_survive_moves() {
    document first = parsed(R"(["short","a string that is longer than any small buffer"])");
    const char* const at = first[2].text;
    document second = std::move(first);
    BOOST_TEST(second[2].text == at);
    BOOST_TEST_EQ(second[2].view(), "a string that is longer than any small buffer");
    BOOST_TEST(document().empty());
}

// Whatever is cut off, the rest is refused; no read runs over the end (the sanitizers watch).
void every_prefix_is_refused() {
    const std::string text =
        "{\"id\":\"chatcmpl-1\",\"n\":[1,-2.5e3,true,null,\"\\u00e9\\ud83d\\ude00 \xc3\xa9\"]}";
    for (std::size_t size = 0; size < text.size(); ++size) {
        const auto exact = std::make_unique<char[]>(size);
        std::memcpy(exact.get(), text.data(), size);
        BOOST_TEST(refused({exact.get(), size}));
    }
    BOOST_TEST(!refused(text));
}

void long_strings_are_whole_at_every_offset() {
    for (std::size_t size = 0; size < 70; ++size) {
        std::string value(size, 'a');
        for (std::size_t quote = 0; quote <= size; quote += 7) {
            std::string text = value, escaped = value;
            text.insert(quote, "\"");
            escaped.insert(quote, "\\\"");
            BOOST_TEST_EQ(parsed("[\"" + escaped + "\"]")[1].view(), text);
        }
    }
}

}  // namespace

int main() {
    scalars();
    integers();
    reals_are_exact();
    containers_know_their_extent();
    duplicate_keys_stay_and_the_last_is_found();
    ascii_flag();
    refuses_what_is_not_json();
    refuses_control_characters_anywhere_in_strings();
    refuses_invalid_utf8_anywhere();
    leaves_to_python_what_only_python_takes();
    depth_is_limited();
    views_survive_moves();
    every_prefix_is_refused();
    long_strings_are_whole_at_every_offset();
    return boost::report_errors();
}
