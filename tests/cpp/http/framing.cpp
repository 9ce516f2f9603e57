// RFC 9112 framing, case by case: what is a response, where it ends, and whether the connection may
// serve another request. And every response cut at every byte.
#include <boost/core/lightweight_test.hpp>
#include <iostream>

#include "http/pool.hpp"
#include "net/stream.hpp"
#include "support/http_client.hpp"
#include "support/scripted_server.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

// What the server does once it has written its answer.
enum class then { stays, closes };

struct framing {
    const char* name;
    std::string wire;
    then server;
    error_code error;  // success: the body below
    std::string body;
    bool kept;
    const char* method = "POST";
};

std::string head(const std::string& fields, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\n" + fields + "\r\n";
}

const std::string chunked = head("Transfer-Encoding: chunked\r\n");

const std::vector<framing> cases = {
    {"length", head("Content-Length: 2\r\n") + "ab", then::stays, {}, "ab", true},
    {"length 0", head("Content-Length: 0\r\n"), then::stays, {}, "", true},
    {"equal lengths",
     head("Content-Length: 2\r\nContent-Length: 2\r\n") + "ab",
     then::stays,
     {},
     "ab",
     true},
    {"equal lengths, one line",
     head("Content-Length: 2, 2\r\n") + "ab",
     then::stays,
     {},
     "ab",
     true},
    {"chunks", chunked + "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", then::stays, {}, "abc", true},
    {"chunk extension", chunked + "1;x=y;z=\"q\"\r\na\r\n0\r\n\r\n", then::stays, {}, "a", true},
    {"hex sizes",
     chunked + "A\r\n0123456789\r\n0a\r\n0123456789\r\n000\r\n\r\n",
     then::stays,
     {},
     "01234567890123456789",
     true},
    {"no chunks", chunked + "0\r\n\r\n", then::stays, {}, "", true},
    {"more after a padded end", chunked + "1\r\na\r\n0 \r\n\r\nmore", then::stays, {}, "a", false},
    {"trailers", chunked + "1\r\na\r\n0\r\nX-T: v\r\nY: z\r\n\r\n", then::stays, {}, "a", true},
    {"close",
     head("Connection: close\r\nContent-Length: 2\r\n") + "ab",
     then::stays,
     {},
     "ab",
     false},
    {"no framing", head("") + "ab", then::closes, {}, "ab", false},
    {"HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nab", then::closes, {}, "ab", false},
    {"HTTP/1.0 with length",
     "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
     then::stays,
     {},
     "a",
     false},
    {"HTTP/1.0 keep-alive",
     "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
     then::stays,
     {},
     "a",
     true},
    {"204", head("", "204 No Content"), then::stays, {}, "", true},
    {"304 with length",
     head("Content-Length: 9\r\n", "304 Not Modified"),
     then::stays,
     {},
     "",
     true},
    {"HEAD", head("Content-Length: 9\r\n"), then::stays, {}, "", true, "HEAD"},
    {"HEAD chunked", chunked, then::stays, {}, "", true, "HEAD"},
    {"empty reason", "HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\na", then::stays, {}, "a", true},
    {"unknown coding",
     head("Content-Encoding: compress\r\nContent-Length: 2\r\n") + "ab",
     then::stays,
     {},
     "ab",
     true},
    {"continue first",
     head("", "100 Continue") + head("", "103 Early Hints") + head("Content-Length: 1\r\n") + "a",
     then::stays,
     {},
     "a",
     true},

    {"no reason, no space",
     "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na",
     then::stays,
     {},
     "a",
     true},
    {"padded chunk sizes",
     chunked + "1  \r\na\r\n2;x=y\t \r\nbc\r\n00 \r\nX-T: v\r\n\r\n",
     then::stays,
     {},
     "abc",
     true},
    {"padded last chunk with extension",
     chunked + "1\r\na\r\n0;x=y \r\n\r\n",
     then::stays,
     {},
     "a",
     true},

    {"surplus", head("Content-Length: 2\r\n") + "abc", then::stays, {}, "ab", false},
    {"surplus after chunks",
     chunked + "1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n",
     then::stays,
     {},
     "a",
     false},
    {"surplus after 204",
     head("Content-Length: 3\r\n", "204 No Content") + "abc",
     then::stays,
     {},
     "",
     false},

    {"length and chunked",
     head("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", then::stays,
     errc::bad_response, "", false},
    {"chunked and length",
     head("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n") + "0\r\n\r\n", then::stays,
     errc::bad_response, "", false},
    {"different lengths", head("Content-Length: 2\r\nContent-Length: 3\r\n") + "abc", then::stays,
     errc::bad_response, "", false},
    {"different lengths, one line", head("Content-Length: 2, 3\r\n") + "abc", then::stays,
     errc::bad_response, "", false},
    {"signed length", head("Content-Length: +2\r\n") + "ab", then::stays, errc::bad_response, "",
     false},
    {"negative length", head("Content-Length: -2\r\n") + "ab", then::stays, errc::bad_response, "",
     false},
    {"hex length", head("Content-Length: 0x2\r\n") + "ab", then::stays, errc::bad_response, "",
     false},
    {"empty length", head("Content-Length:\r\n") + "ab", then::stays, errc::bad_response, "",
     false},
    {"length overflow", head("Content-Length: 99999999999999999999999\r\n"), then::stays,
     errc::bad_response, "", false},
    {"length over the limit", head("Content-Length: 1000000000000\r\n"), then::stays,
     errc::body_too_large, "", false},
    {"gzip transfer coding", head("Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n",
     then::stays, errc::bad_response, "", false},
    {"identity transfer coding", head("Transfer-Encoding: identity\r\n") + "ab", then::closes,
     errc::bad_response, "", false},
    {"chunked twice",
     head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
     then::stays, errc::bad_response, "", false},
    {"vertical tab chunked", head("Transfer-Encoding: \vchunked\r\n") + "0\r\n\r\n", then::stays,
     errc::bad_response, "", false},
    {"HTTP/1.0 chunked", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     then::stays, errc::bad_response, "", false},
    {"chunk size not hex", chunked + "g\r\na\r\n0\r\n\r\n", then::stays, errc::bad_response, "",
     false},
    {"chunk size missing", chunked + "\r\na\r\n0\r\n\r\n", then::stays, errc::bad_response, "",
     false},
    {"chunk size signed", chunked + "+1\r\na\r\n0\r\n\r\n", then::stays, errc::bad_response, "",
     false},
    {"chunk size with 0x", chunked + "0x1\r\na\r\n0\r\n\r\n", then::stays, errc::bad_response, "",
     false},
    {"chunk size overflow", chunked + "10000000000000001\r\na\r\n0\r\n\r\n", then::stays,
     errc::bad_response, "", false},
    {"space within a chunk size", chunked + "1 1\r\na\r\n0\r\n\r\n", then::stays,
     errc::bad_response, "", false},
    {"space within a padded chunk size", chunked + "1 1 \r\na\r\n0\r\n\r\n", then::stays,
     errc::bad_response, "", false},
    {"nothing but white space as chunk size", chunked + "  \r\na\r\n0\r\n\r\n", then::stays,
     errc::bad_response, "", false},
    {"padded chunk over the limit", chunked + "fffffffffffffff \r\na", then::stays,
     errc::body_too_large, "", false},
    {"no space, status of two digits", "HTTP/1.1 20\r\nContent-Length: 0\r\n\r\n", then::stays,
     errc::bad_response, "", false},
    {"chunk over the limit", chunked + "fffffffffffffff\r\na", then::stays, errc::body_too_large,
     "", false},
    {"chunk without line end", chunked + "1\r\nab\r\n0\r\n\r\n", then::stays, errc::bad_response,
     "", false},
    {"chunk with bare LF", chunked + "1\na\n0\n\n", then::closes, errc::connection_closed, "",
     false},
    {"folded field", head("X: a\r\n b\r\nContent-Length: 1\r\n") + "a", then::stays,
     errc::bad_response, "", false},
    {"return before the end of the head", head("X: a\r\n\r"), then::stays, errc::bad_response, "",
     false},
    {"folded length", head("Content-Length:\r\n 1\r\n") + "a", then::stays, errc::bad_response, "",
     false},
    {"space before colon", head("Content-Length : 1\r\n") + "a", then::stays, errc::bad_response,
     "", false},
    {"space before first field", head(" X: 1\r\nContent-Length: 1\r\n") + "a", then::stays,
     errc::bad_response, "", false},
    {"NUL in a value", head(std::string("X: a\0b\r\n", 8) + "Content-Length: 1\r\n") + "a",
     then::stays, errc::bad_response, "", false},
    {"CR in a value", head("X: a\rb\r\nContent-Length: 1\r\n") + "a", then::stays,
     errc::bad_response, "", false},
    {"form feed for the end of the head", "HTTP/1.1 200 OK\r\nX: a\r\n\f\na", then::stays,
     errc::bad_response, "", false},
    {"bare LF", "HTTP/1.1 200 OK\nContent-Length: 1\n\na", then::closes, errc::bad_response, "",
     false},
    {"field without colon", head("X\r\nContent-Length: 1\r\n") + "a", then::stays,
     errc::bad_response, "", false},
    {"empty field name", head(": x\r\nContent-Length: 1\r\n") + "a", then::stays,
     errc::bad_response, "", false},
    {"not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n", then::stays, errc::bad_response, "", false},
    {"HTTP/2", "HTTP/2 200\r\n\r\n", then::stays, errc::bad_response, "", false},
    {"HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n", then::stays, errc::bad_response, "", false},
    {"status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n", then::stays,
     errc::bad_response, "", false},
    {"status 000", "HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n", then::stays, errc::bad_response,
     "", false},
    {"unasked upgrade", head("Upgrade: x\r\nConnection: upgrade\r\n", "101 Switching Protocols"),
     then::stays, errc::bad_response, "", false},
    {"nothing", "", then::closes, errc::connection_closed, "", false},
    {"only interim", head("", "100 Continue"), then::closes, errc::connection_closed, "", false},
    {"too many codings",
     head("Content-Encoding: br,br,br,br,br,br\r\nContent-Length: 4\r\n") + "abcd", then::stays,
     errc::bad_encoding, "", false},
    {"gzip that is none", head("Content-Encoding: gzip\r\nContent-Length: 4\r\n") + "abcd",
     then::stays, errc::bad_encoding, "", false},
};

void one_case(const framing& what) {
    scripted_server server([&](peer& client, int) {
        if (client.read_request().empty()) return;
        client.write(what.wire);
        if (what.server == then::stays) client.await_close();
    });
    http_client client(server.port());
    const answer got = client.exchange(what.method, "/", "");
    const http::pool_stats after = client.stats();
    bool good = BOOST_TEST_EQ(got.error.code, what.error);
    good &= BOOST_TEST_EQ(got.complete, !what.error);
    good &= what.error || BOOST_TEST_EQ(got.body, what.body);
    good &= BOOST_TEST_EQ(after.idle, what.kept ? 1u : 0u);
    good &= BOOST_TEST_EQ(after.open, what.kept ? 1u : 0u);
    if (!good) std::cerr << "in case: " << what.name << '\n';
}

// The peer goes away after `size` bytes: never a hang, and never a whole answer from a part of one
// unless only the end of the connection frames it.
void cut_everywhere(const std::string& wire, const std::string& body, bool ended_by_close) {
    std::atomic<std::size_t> size{0};
    scripted_server server([&](peer& client, int) {
        if (!client.read_request().empty()) client.write(wire.substr(0, size));
    });
    http_client client(server.port());
    const std::size_t head_size = wire.find("\r\n\r\n") + 4;
    for (size = 0; size <= wire.size(); ++size) {
        const answer got = client.get("/");
        const bool whole = size == wire.size() || (ended_by_close && size >= head_size);
        BOOST_TEST_EQ(got.complete, whole);
        BOOST_TEST_EQ(got.error.code, whole ? error_code() : error_code(errc::connection_closed));
        if (whole && !ended_by_close) BOOST_TEST_EQ(got.body, body);
        if (ended_by_close && whole)
            BOOST_TEST_EQ(got.body, wire.substr(head_size, size - head_size));
        BOOST_TEST_EQ(got.received_any, size > 0);
    }
}

// The same bytes in two packets, parted at every place.
void split_everywhere(const std::string& wire, const std::string& body) {
    std::size_t at = 1;
    scripted_server server([&](peer& client, int) {
        client.socket().set_option(tcp::no_delay(true));
        while (!client.read_request().empty()) {
            client.write(wire.substr(0, at));
            std::this_thread::sleep_for(std::chrono::microseconds(300));
            client.write(wire.substr(at));
        }
    });
    http_client client(server.port());
    for (; at < wire.size(); ++at) {
        const answer got = client.get("/");
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST_EQ(got.body, body);
    }
    BOOST_TEST_EQ(server.connections(), 1);
}

}  // namespace

int main() {
    for (const framing& each : cases) one_case(each);
    const std::string with_length = head("Content-Length: 11\r\nX-Long: value\r\n") + "hello world";
    const std::string in_chunks = chunked + "5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nT: x\r\n\r\n";
    const std::string after_interim = head("Link: </a>\r\n", "103 Early Hints") + with_length;
    cut_everywhere(with_length, "hello world", false);
    cut_everywhere(in_chunks, "hello world", false);
    cut_everywhere(head("Connection: close\r\n") + "hello world", "", true);
    split_everywhere(with_length, "hello world");
    split_everywhere(in_chunks, "hello world");
    split_everywhere(after_interim, "hello world");
    const std::string lenient =
        "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n" +
        std::string("06;ext=1\t \r\n world\r\n0  \r\nT: x\r\n\r\n");
    cut_everywhere(lenient, "hello world", false);
    split_everywhere(lenient, "hello world");
    net::engine::stop();
    BOOST_TEST_EQ(net::open_streams(), 0);
    return boost::report_errors();
}
