// Whole exchanges over loopback: what is sent, what is read, and what becomes of the connection.
#include <boost/core/lightweight_test.hpp>

#include "http/pool.hpp"
#include "support/http_client.hpp"
#include "support/on_engine.hpp"
#include "support/scripted_server.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

void keeps_a_connection() {
    std::string seen;
    scripted_server server([&](peer& client, int) {
        for (std::string request; !(request = client.read_request()).empty();) {
            seen = request;
            client.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello");
        }
    });
    http_client client(server.port());
    for (int i = 0; i < 3; ++i) {
        const answer got = client.post("/v1/x", "{\"a\":1}");
        BOOST_TEST_EQ(got.error.code, error_code());
        BOOST_TEST_EQ(got.head.status, 200);
        BOOST_TEST_EQ(got.head.get("x-a"), "b");
        BOOST_TEST_EQ(got.body, "hello");
        BOOST_TEST_EQ(got.reused, i > 0);
    }
    BOOST_TEST_EQ(server.connections(), 1);
    BOOST_TEST_EQ(seen, "POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:" +
                            std::to_string(server.port()) +
                            "\r\nX-Fixed: 1\r\nX-Extra: 2\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
}

}  // namespace

int main() {
    keeps_a_connection();
    net::engine::stop();
    return boost::report_errors();
}
