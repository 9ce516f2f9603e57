#include "mock/request_parser.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/core/lightweight_test.hpp>

using namespace oai::mock;
namespace http = boost::beast::http;

namespace {

const std::string upload =
    "POST /v1/embeddings?x=1 HTTP/1.1\r\nHost: a\r\nX-Thing:  two words \r\n"
    "Content-Length: 11\r\n\r\nhello\r\nbody";
const std::string chunked =
    "POST /v1/models HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n"
    "\r\n5;a=b\r\nhello\r\n6\r\n\r\nbody\r\n0\r\nTrailer: x\r\n\r\n";

// Feeds `text` in two pieces, as the connection does: what is not consumed comes again.
request parsed(const std::string& text, std::size_t cut) {
    request_parser parser(1000);
    std::string pending;
    for (const std::string& piece : {text.substr(0, cut), text.substr(cut)}) {
        pending += piece;
        while (!parser.is_done() && !pending.empty()) {
            boost::beast::error_code ec;
            std::size_t used = parser.put(boost::asio::buffer(pending), ec);
            BOOST_TEST(!ec || ec == http::error::need_more);
            pending.erase(0, used);
            if (used == 0) break;
        }
    }
    BOOST_TEST(parser.is_done());
    BOOST_TEST(pending.empty());
    return std::move(parser.message);
}

void same_at_every_cut() {
    for (std::size_t cut = 0; cut <= upload.size(); ++cut) {
        request got = parsed(upload, cut);
        BOOST_TEST_EQ(got.method, "POST");
        BOOST_TEST_EQ(got.target, "/v1/embeddings?x=1");
        BOOST_TEST_EQ(got.header("x-THING"), "two words");
        BOOST_TEST_EQ(got.body, "hello\r\nbody");
        BOOST_TEST(got.keep_alive);
    }
    for (std::size_t cut = 0; cut <= chunked.size(); ++cut) {
        request got = parsed(chunked, cut);
        BOOST_TEST_EQ(got.body, "hello\r\nbody");
        BOOST_TEST_EQ(got.header("expect"), "100-continue");
    }
}

boost::beast::error_code failure_of(const std::string& text) {
    request_parser parser(10);
    boost::beast::error_code ec;
    parser.put(boost::asio::buffer(text), ec);
    return ec;
}

void limits_and_nonsense() {
    BOOST_TEST(failure_of(upload) == http::error::body_limit);
    BOOST_TEST(failure_of("GET / HTTP/1.1\r\nx: " + std::string(70'000, 'y')) ==
               http::error::header_limit);
    BOOST_TEST(!!failure_of("GARBAGE\r\n\r\n"));
    BOOST_TEST(!!failure_of("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"));
}

void targets() {
    request asked;
    asked.target = "/v1/models/a%2Fb?after=x%20y+z&limit=3&metadata%5Bk%5D=v";
    BOOST_TEST_EQ(asked.path(), "/models/a%2Fb");
    BOOST_TEST_EQ(query_value(asked.query(), "after"), "x y z");
    BOOST_TEST_EQ(query_value(asked.query(), "limit"), "3");
    BOOST_TEST_EQ(query_value(asked.query(), "metadata[k]"), "v");
    BOOST_TEST_EQ(query_value(asked.query(), "none"), "");
    BOOST_TEST_EQ(percent_decoded("a%2Fb%2"), "a/b%2");
    asked.target = "/models";
    BOOST_TEST_EQ(asked.path(), "/models");
    asked.target = "/v1";
    BOOST_TEST_EQ(asked.path(), "/");
    asked.target = "/v1x";
    BOOST_TEST_EQ(asked.path(), "/v1x");
}

}  // namespace

int main() {
    same_at_every_cut();
    limits_and_nonsense();
    targets();
    return boost::report_errors();
}
