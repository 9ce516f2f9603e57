// A unary call and a stream, and what has to hold after each of them whatever went wrong in it.
#pragma once

#include "loopback_client.hpp"
#include "support/expect.hpp"
#include "support/h2_frames.hpp"

namespace oai::api::testing {

using oai::testing::expect;

inline const std::string events = "data: {\"a\":1}\n\ndata: {\"a\":2}\n\ndata: [DONE]\n\n";

inline bool wants_stream(std::string_view request) {
    return request.ends_with("{\"stream\":true}");
}

// The body says whether a request is for a stream.
inline void serve(peer& client, int) {
    for (std::string got = client.read_request(); !got.empty(); got = client.read_request()) {
        const std::string answer = wants_stream(got)
                                       ? std::string(stream_head) + chunk(events) + chunk("")
                                       : response(200, "{}");
        if (!client.write(answer)) return;
    }
}

inline void serve_http2(peer& client, int) {
    oai::testing::serve_http2(client, [](std::string_view body) {
        return wants_stream(body) ? events : std::string("{}");
    });
}

struct seen {
    bool told = false;  // the sink was told, once
    bool good = false;
    failure error;
};

inline seen unary(client& with) {
    run one = with.start();
    seen got;
    got.told = one.seen->finish();
    if (!got.told) return got;
    const outcome& result = one.result();
    got.error = result.error;
    got.good = !got.error && result.head && result.head->status == 200 && result.body == "{}";
    return got;
}

inline pop_result next(run& of, event_stream& from, stream_event& out) {
    for (;;) {
        const int before = of.seen->readables;
        const pop_result got = from.pop(out);
        if (got != pop_result::empty) return got;
        if (from.arm()) of.seen->wait([&] { return of.seen->readables > before; });
    }
}

// Events to the end, or to where they break off.
inline seen streamed(client& with) {
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

// `got` is of a use in which something failed, if it was `fired`.
template <class Use>
void check(const seen& got, bool fired, const std::string& where, client& with, Use use) {
    expect(got.told, where + "the sink was not told");
    expect(got.good || (fired && got.error.code), where + "no error, no result");
    expect(use(with).good, where + "the next call fails");
    expect(nothing_alive(), where + "something is left");
    const auto stats = with.via->stats();
    expect(stats.pool.waiting == 0 && stats.in_flight == 0, where + "a slot is lost");
}

}  // namespace oai::api::testing
