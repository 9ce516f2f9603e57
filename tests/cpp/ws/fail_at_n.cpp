// WebSockets in which the N-th system call fails, for all N: the consumer is told the end and why,
// nothing is left, and the next connection works.
#include "support/failing_calls.hpp"

#include "net/engine.hpp"
#include "ws/echo.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

bool is_known(error_code ec) {
    for (const errc each : {errc::connect_failed, errc::connection_closed})
        if (ec == each) return true;
    return false;
}

void fail_everywhere() {
    const scripted_server server(echo);
    const auto run = [&] { return use(server.port()); };
    BOOST_TEST(run().echoed);
    fail_at_each_call(
        "websocket", run, [&](const outcome& got, bool fired, const std::string& where) {
            expect(fired || (got.echoed && got.closed), where + "it failed");
            expect(got.closed || is_known(got.why.code), where + got.why.code.message());
            expect(run().echoed, where + "the next connection fails");
        });
    const failing_call slowly(0, trickle);
    BOOST_TEST(run().closed);
}

}  // namespace

int main() {
    fail_everywhere();
    BOOST_TEST(nothing_is_left());
    net::engine::stop();
    return boost::report_errors();
}
