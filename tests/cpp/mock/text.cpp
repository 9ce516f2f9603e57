#include "mock/text.hpp"

#include <boost/core/lightweight_test.hpp>

using namespace oai::mock;

namespace {

void tokens_cover_the_text() {
    for (std::string_view text :
         {"", " ", "a", "Hello there, you!", "h\xc3\xa9ron \xe9\x9b\xaa\xe9\x9b\xaa\xe9\x9b\xaa",
          "averyveryverylongwordindeed  two\n\nlines",
          "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"}) {
        auto ends = token_ends(text);
        BOOST_TEST_EQ(ends.size(), count_tokens(text));
        BOOST_TEST_EQ(ends.empty() ? 0 : ends.back(), text.size());
        std::size_t start = 0;
        for (std::uint32_t end : ends) {
            BOOST_TEST_GT(end, start);
            // No token starts inside a character.
            BOOST_TEST_NE(static_cast<unsigned char>(text[start]) & 0xC0, 0x80);
            start = end;
        }
    }
    BOOST_TEST_EQ(count_tokens("Hello there, you!"), 5u);
}

void lengths() {
    for (std::size_t wanted : {0u, 1u, 5u, 500u}) {
        BOOST_TEST_EQ(count_tokens(with_tokens("One two three.", wanted)), wanted);
    }
    BOOST_TEST_EQ(with_tokens("One two", 1), "One");
}

void sentences() {
    BOOST_TEST(sentence("Is it so?", 0).find("\"Is it so?\"") != std::string::npos);
    BOOST_TEST_NE(sentence("x", 0), sentence("x", 1));
    BOOST_TEST_EQ(sentence("x", 1), sentence("x", 1));
    std::string many;
    for (int n = 0; n < 100; ++n) many += "word\n";
    BOOST_TEST_LT(sentence(many, 0).size(), 220u);
    BOOST_TEST(sentence(many, 0).find('\n') == std::string::npos);
}

void chances() {
    int hits = 0;
    for (std::uint64_t n = 0; n < 10'000; ++n) hits += chance(7, n) < 0.1;
    BOOST_TEST(hits > 900 && hits < 1100);
    BOOST_TEST_EQ(chance(7, 3), chance(7, 3));
    BOOST_TEST_NE(chance(7, 3), chance(8, 3));
    BOOST_TEST_EQ(hex(0x1aff), "0000000000001aff");
}

}  // namespace

int main() {
    tokens_cover_the_text();
    lengths();
    sentences();
    chances();
    return boost::report_errors();
}
