// Calls in which the N-th allocation of the engine fails, for all N: the caller gets an answer or
// an error, and the next call succeeds.
#include "support/failing_allocations.hpp"

#include "net/stream.hpp"
#include "support/tls_server.hpp"
#include "uses.hpp"

using namespace oai;
using namespace oai::api::testing;
using oai::testing::fail_at_each_allocation;

namespace {

template <class Use>
void fail_everywhere(const std::string& name, client& with, Use use) {
    BOOST_TEST(use(with).good);
    fail_at_each_allocation(
        name, [&] { return use(with); },
        [&](const seen& got, bool fired, const std::string& where) {
            check(got, fired, where, with, use);
        });
}

// On a connection that is kept, and with one of its own for each call.
void over(const std::string& protocol, std::uint16_t port, http::pool_settings settings, bool tls) {
    {
        client with(port, tls, settings);
        fail_everywhere(protocol + ", unary", with, unary);
        fail_everywhere(protocol + ", stream", with, streamed);
    }
    settings.limits.max_idle = 0;
    settings.limits.surplus_expiry = milliseconds(0);
    client with(port, tls, settings);
    fail_everywhere(protocol + ", unary, cold", with, unary);
}

void http1() {
    const scripted_server server(serve);
    over("http/1.1", server.port(), {}, false);
}

void http1_over_tls() {
    oai::testing::certificate_wish wish;
    wish.name = "localhost";
    wish.alternatives = "IP:127.0.0.1";
    const oai::testing::certificate own = oai::testing::make_certificate(wish);
    oai::testing::tls_server server(own, std::string("{}"));
    http::pool_settings settings;
    settings.tls.ca_data = own.pem();
    client with(server.port(), true, settings);
    fail_everywhere("http/1.1 over TLS, unary", with, unary);
}

void http2() {
    const scripted_server server(serve_http2);
    http::pool_settings settings;
    settings.http2 = http::h2_use::prior_knowledge;
    over("http/2", server.port(), settings, false);
}

}  // namespace

int main() {
    http1();
    http1_over_tls();
    http2();
    net::engine::stop();
    BOOST_TEST_EQ(net::open_streams(), 0);
    return boost::report_errors();
}
