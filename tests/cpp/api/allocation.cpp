// Calls in which the N-th allocation of the engine fails, for all N: the caller gets an answer or
// an error, and the next call succeeds.
#include "support/failing_allocations.hpp"

#include <boost/core/lightweight_test.hpp>
#include <cstdio>

#include "loopback_client.hpp"
#include "net/stream.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;
using oai::testing::failing_allocation;

namespace {

void serve(peer& client, int) {
    while (!client.read_request().empty())
        if (!client.write(response(200, "{\"id\":1}"))) return;
}

void expect(bool holds, int number, const char* what) {
    if (!BOOST_TEST(holds)) std::printf("allocation %d: %s\n", number, what);
}

bool succeeds(client& with) {
    run one = with.start();
    one.seen->finish();
    return !one.result().error && one.result().body == "{\"id\":1}";
}

void fail_everywhere(client& with) {
    constexpr int most = 500;
    int number = 0;
    for (bool fired = true; fired && number < most; ++number) {
        bool told = false;
        failure error;
        {
            const failing_allocation armed(number);
            run one = with.start();
            told = one.seen->finish();
            if (told) error = one.result().error;
            fired = armed.fired();
        }
        expect(told, number, "the caller was told nothing");
        expect(fired || !error, number, error.code.message().c_str());
        expect(succeeds(with), number, "the next call fails");
        expect(nothing_alive(), number, "something is left");
        expect(with.via->stats().pool.waiting == 0, number, "a slot is lost");
        expect(net::open_streams() <= 1, number, "a stream is left");
    }
    BOOST_TEST_GT(number, 5);
    BOOST_TEST_LT(number, most);
}

}  // namespace

int main() {
    const oai::testing::scripted_server server(serve);
    {
        client with(server);
        BOOST_TEST(succeeds(with));
        fail_everywhere(with);
    }
    net::engine::stop();
    BOOST_TEST_EQ(net::open_streams(), 0);
    return boost::report_errors();
}
