#include "api/token_count.hpp"

#include <boost/core/lightweight_test.hpp>

#include <string>

using namespace oai::api;

namespace {

void requests() {
    BOOST_TEST_EQ(expected_tokens("", std::nullopt), 0);
    BOOST_TEST_EQ(expected_tokens("--form", std::nullopt), 0);
    BOOST_TEST_EQ(expected_tokens("--form", 7), 7);
    BOOST_TEST_EQ(expected_tokens(R"({"a":"b"})", std::nullopt), 3);
    BOOST_TEST_EQ(expected_tokens(R"({"a":"b"})", 0), 0);
    BOOST_TEST_EQ(expected_tokens(R"({"max_tokens":100})", 5), 105);
    BOOST_TEST_EQ(expected_tokens(R"({"max_completion_tokens": 100})", 5), 105);
    BOOST_TEST_EQ(expected_tokens(R"({"max_output_tokens" : 100,"b":1})", 5), 105);
    BOOST_TEST_GT(expected_tokens(R"({"max_tokens":9223372036854775807})", INT64_MAX), 0);
    BOOST_TEST_EQ(expected_tokens(R"({"max_tokens":null,"b":1})", 5), 5);
    BOOST_TEST_EQ(expected_tokens(R"({"content":"\"max_tokens\":9"})", 5), 5);
    BOOST_TEST_EQ(expected_tokens(R"({"content":"\"max_tokens\":9","max_tokens":2})", 5), 7);
    const std::string image =
        R"({"url":"data:image/png;base64,)" + std::string(1'000'000, 'A') + R"("})";
    BOOST_TEST_EQ(expected_tokens(image + image, std::nullopt), 2012);
    BOOST_TEST_EQ(expected_tokens(R"({"url":";base64,AA)", std::nullopt), 1002);
}

void answers() {
    BOOST_TEST(!used_tokens(""));
    BOOST_TEST(!used_tokens(R"({"usage":null})"));
    BOOST_TEST(!used_tokens(R"({"total_tokens")"));
    BOOST_TEST(!used_tokens(R"({"a":"\"total_tokens\":3"})"));
    BOOST_TEST(used_tokens(R"({"usage":{"total_tokens":21,"x":1}})") == 21);
    BOOST_TEST(used_tokens(R"({"usage": {"total_tokens": 21}})") == 21);
}

}  // namespace

int main() {
    requests();
    answers();
    return boost::report_errors();
}
