#include "http/message.hpp"

#include <boost/core/lightweight_test.hpp>

using namespace oai::http;

namespace {

void authority_leaves_out_the_default_port() {
    BOOST_TEST_EQ((origin{true, "api.openai.com", 443}.authority()), "api.openai.com");
    BOOST_TEST_EQ((origin{false, "localhost", 80}.authority()), "localhost");
    BOOST_TEST_EQ((origin{false, "localhost", 443}.authority()), "localhost:443");
    BOOST_TEST_EQ((origin{true, "localhost", 80}.authority()), "localhost:80");
}

void authority_brackets_ipv6() {
    BOOST_TEST_EQ((origin{true, "::1", 443}.authority()), "[::1]");
    BOOST_TEST_EQ((origin{true, "2001:db8::7", 8443}.authority()), "[2001:db8::7]:8443");
    BOOST_TEST_EQ((origin{true, "fe80::1%eth0", 8443}.authority()), "[fe80::1]:8443");
    BOOST_TEST_EQ((origin{false, "127.0.0.1", 8080}.authority()), "127.0.0.1:8080");
}

void header_block_writes_lines() {
    header_block block;
    block.add("Accept", "application/json");
    block.add("X-Empty", "");
    BOOST_TEST_EQ(block.text, "Accept: application/json\r\nX-Empty: \r\n");
}

void idempotent_methods() {
    for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
        request message;
        message.method = method;
        BOOST_TEST(message.idempotent());
    }
    for (const char* method : {"POST", "PATCH", "CONNECT", "", "get"}) {
        request message;
        message.method = method;
        BOOST_TEST(!message.idempotent());
    }
}

void response_head_keeps_order_and_case() {
    response_head head;
    head.status = 200;
    head.reason = "OK";
    head.add("Content-Type", "application/json");
    head.add("Set-Cookie", "a=1");
    head.add("set-cookie", "b=2");
    head.add("X-Empty", "");
    BOOST_TEST_EQ(head.get("content-TYPE"), "application/json");
    BOOST_TEST_EQ(head.get("SET-COOKIE"), "a=1");
    BOOST_TEST(head.get("x-missing").data() == nullptr);
    BOOST_TEST(head.get("x-empty").data() != nullptr);
    BOOST_TEST(head.get("x-empty").empty());

    const auto fields = head.fields();
    BOOST_TEST_EQ(fields.size(), 4u);
    BOOST_TEST_EQ(fields[2].name, "set-cookie");
    BOOST_TEST_EQ(fields[2].value, "b=2");

    head.clear();
    BOOST_TEST_EQ(head.status, 0);
    BOOST_TEST(head.reason.empty());
    BOOST_TEST(head.fields().empty());
    BOOST_TEST(head.get("content-type").data() == nullptr);
}

void an_empty_value_alone_is_still_found() {
    response_head head;
    head.add("", "");
    head.add("X", "");
    BOOST_TEST(head.get("x").data() != nullptr);
}

void case_folds_ascii_letters_only() {
    BOOST_TEST(iequals("Retry-After", "rETRY-aFTER"));
    BOOST_TEST(iequals("", ""));
    BOOST_TEST(!iequals("a", "ab"));
    BOOST_TEST(!iequals("[", "{"));
    BOOST_TEST(!iequals("@", "`"));
    BOOST_TEST(!iequals("\xc3\x84", "\xc3\xa4"));
}

}  // namespace

int main() {
    authority_leaves_out_the_default_port();
    authority_brackets_ipv6();
    header_block_writes_lines();
    idempotent_methods();
    response_head_keeps_order_and_case();
    an_empty_value_alone_is_still_found();
    case_folds_ascii_letters_only();
    return boost::report_errors();
}
