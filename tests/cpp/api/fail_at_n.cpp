// Calls in which the N-th system call fails, for all N: a result or an error, no slot and no
// connection lost, and the next call succeeds.
#include "support/failing_calls.hpp"

#include <boost/core/lightweight_test.hpp>
#include <cstdio>

#include "loopback_client.hpp"
#include "net/stream.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;
using oai::testing::fail_at_each_call;
using oai::testing::failing_call;

namespace {

const std::string events = "data: {\"a\":1}\n\ndata: {\"a\":2}\n\ndata: [DONE]\n\n";

// Unary calls go to one path, streams to the other; the body says which.
void serve(peer& client, int) {
    for (std::string got = client.read_request(); !got.empty(); got = client.read_request()) {
        const bool streamed = got.ends_with("{\"stream\":true}");
        const std::string answer =
            streamed ? std::string(stream_head) + chunk(events) + chunk("") : response(200, "{}");
        if (!client.write(answer)) return;
    }
}

void expect(bool holds, const std::string& what) {
    if (!BOOST_TEST(holds)) std::puts(what.c_str());
}

struct seen {
    bool told = false;  // the sink was told, once
    bool good = false;
    failure error;
};

seen unary(client& with) {
    run one = with.start();
    seen got;
    got.told = one.seen->finish();
    const outcome& result = one.result();
    got.error = result.error;
    got.good = !got.error && result.head && result.head->status == 200 && result.body == "{}";
    return got;
}

pop_result next(run& of, event_stream& from, stream_event& out) {
    for (;;) {
        const int before = of.seen->readables;
        const pop_result got = from.pop(out);
        if (got != pop_result::empty) return got;
        if (from.arm()) of.seen->wait([&] { return of.seen->readables > before; });
    }
}

// Events to the end, or to where they break off.
seen streamed(client& with) {
    run one = with.start(delivery::events, 0, {}, "{\"stream\":true}");
    seen got;
    outcome& result = one.result();
    got.error = result.error;
    if (result.events) {
        stream_event event;
        int taken = 0;
        pop_result last = pop_result::event;
        while ((last = next(one, *result.events, event)) == pop_result::event) ++taken;
        got.good = last == pop_result::ended && taken == 2;
        if (last == pop_result::failed) got.error = result.events->error();
        result.events.reset();
    }
    got.told = one.seen->finish();
    return got;
}

template <class Use>
void fail_everywhere(const std::string& name, Use use) {
    const scripted_server server(serve);
    {
        client with(server);
        BOOST_TEST(use(with).good);
        fail_at_each_call(
            name, [&] { return use(with); },
            [&](const seen& got, bool fired, const std::string& where) {
                expect(got.told, where + "the sink was not told");
                expect(got.good || (fired && got.error.code), where + "no error, no result");
                expect(use(with).good, where + "the next call fails");
                expect(nothing_alive(), where + "something is left");
                const auto stats = with.via->stats();
                expect(stats.pool.waiting == 0 && stats.in_flight == 0, where + "a slot is lost");
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
