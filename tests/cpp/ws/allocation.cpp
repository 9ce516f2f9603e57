// WebSockets in which the N-th allocation of the engine fails, for all N: the consumer is told the
// end and why, nothing is left, and the next connection works.
#include "support/failing_allocations.hpp"

#include "net/engine.hpp"
#include "ws/echo.hpp"

using namespace oai;
using namespace oai::testing;

namespace {

void fail_everywhere(const std::string& name, const scripted_server& server, bool closes) {
    const auto run = [&] { return use(server.port(), closes); };
    BOOST_TEST(run().echoed);
    fail_at_each_allocation(
        name, run, [&](const outcome& got, bool fired, const std::string& where) {
            expect(got.closed || (fired && got.why.code), where + "no end, no error");
            expect(run().echoed, where + "the next connection fails");
            expect(nothing_is_left(), where + "something is left");
        });
}

}  // namespace

int main() {
    {
        const scripted_server patient(echo), hasty(echo_once);
        fail_everywhere("we close", patient, true);
        fail_everywhere("the server closes", hasty, false);
    }
    net::engine::stop();
    return boost::report_errors();
}
