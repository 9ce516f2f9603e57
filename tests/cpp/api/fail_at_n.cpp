// Calls in which the N-th system call fails, for all N: a result or an error, no slot and no
// connection lost, and the next call succeeds.
#include "support/failing_calls.hpp"

#include "net/stream.hpp"
#include "uses.hpp"

using namespace oai;
using namespace oai::api::testing;
using oai::testing::fail_at_each_call;
using oai::testing::failing_call;

namespace {

template <class Use>
void fail_everywhere(const std::string& name, Use use) {
    const scripted_server server(serve);
    {
        client with(server);
        BOOST_TEST(use(with).good);
        fail_at_each_call(
            name, [&] { return use(with); },
            [&](const seen& got, bool fired, const std::string& where) {
                check(got, fired, where, with, use);
            });
        const failing_call slowly(0, oai::testing::trickle);
        BOOST_TEST(use(with).good);
    }
}

}  // namespace

int main() {
    fail_everywhere("unary call", unary);
    fail_everywhere("stream", streamed);
    net::engine::stop();
    BOOST_TEST_EQ(net::open_streams(), 0);
    return boost::report_errors();
}
