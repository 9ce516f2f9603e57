// The bounds of a call beyond the official clocks, over a scripted pool: what ends it, in which
// phase, and what is tried again.
#include <boost/core/lightweight_test.hpp>

#include "fixture.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;

namespace {

constexpr milliseconds brief(40);

script events(std::vector<piece> body) {
    script plan;
    plan.headers = {{"content-type", "text/event-stream"}};
    plan.body = std::move(body);
    return plan;
}

call_spec with_deadline(milliseconds within, delivery as = delivery::json, int max_retries = 2) {
    call_spec spec = post(as, max_retries);
    spec.bounds.deadline = within;
    return spec;
}

void is_the_clock(const failure& why, errc clock, milliseconds length, phase where) {
    BOOST_TEST_EQ(why.code, error_code(clock));
    BOOST_TEST(why.after == length);
    BOOST_TEST(why.where == where);
}

// How a stream ends, its events read.
failure end_of(run& one) {
    const auto stream = std::move(one.result().events);
    stream_event event;
    int armed = 0;
    for (;;) {
        const pop_result got = stream->pop(event);
        if (got == pop_result::event) continue;
        if (got != pop_result::empty) return stream->error();
        if (stream->arm())
            one.seen->wait([&, want = ++armed] { return one.seen->readables >= want; });
    }
}

void a_deadline_ends_every_phase() {
    script queued, connected, sent, answered = answer(200);
    queued.acquire = connected.send = sent.head = op::hang;
    answered.body = {{"[1,"}, {"", op::hang}};
    const std::pair<script, phase> cases[] = {{queued, phase::queue},
                                              {connected, phase::write},
                                              {sent, phase::head},
                                              {answered, phase::body}};
    for (const auto& [plan, where] : cases) {
        world w({plan});
        run one = w.start(with_deadline(brief));
        is_the_clock(one.result().error, errc::deadline_timeout, brief, where);
        BOOST_TEST_EQ(one.result().retries_taken, 0);
        BOOST_TEST(w.quiet());
    }
}

void a_deadline_spans_attempts_and_redirects() {
    script moved = answer(307), silent;
    moved.headers.emplace_back("location", "/elsewhere");
    silent.head = op::hang;
    world w({answer(503), moved, silent});
    run one = w.start(with_deadline(brief));
    is_the_clock(one.result().error, errc::deadline_timeout, brief, phase::head);
    BOOST_TEST_EQ(one.result().retries_taken, 1);
    BOOST_TEST_EQ(w.log().requests.size(), 3u);
}

void no_pause_begins_that_the_deadline_would_cut() {
    script busy = answer(503), cut;
    busy.headers = {{"content-type", "application/json"}, {"retry-after", "60"}};
    cut.head = op::fail;
    for (const bool answers : {true, false}) {
        world w({answers ? busy : cut});
        run one = w.start(with_deadline(answers ? 30s : 100ms));
        const outcome& came = one.result();
        BOOST_TEST_EQ(static_cast<bool>(came.error), !answers);
        if (answers) BOOST_TEST_EQ(came.head->status, 503);
        if (BOOST_TEST(came.missed.has_value())) {
            BOOST_TEST(came.missed->deadline == (answers ? 30s : 100ms));
            BOOST_TEST(came.missed->pause > 100ms);
        }
        BOOST_TEST_EQ(w.log().requests.size(), 1u);
    }
    world patient({answer(503), answer(200)});
    run two = patient.start(with_deadline(30s));
    BOOST_TEST_EQ(two.result().head->status, 200);
    BOOST_TEST(!two.result().missed);
}

void a_deadline_ends_a_stream() {
    for (const delivery as : {delivery::events, delivery::bytes}) {
        world w({events({{"data: 1\n\n"}, {"", op::hang}})});
        run one = w.start(with_deadline(brief, as));
        is_the_clock(end_of(one), errc::deadline_timeout, brief, phase::body);
        BOOST_TEST(w.quiet());
    }
}

// Nobody reads: the engine rests, and the deadline wakes it.
void a_deadline_ends_a_rest() {
    std::string many;
    for (int i = 0; i < 600; ++i) many += "data: 1\n\n";
    world w({events({{many}, {"data: 2\n\n"}})});
    run one = w.start(with_deadline(brief, delivery::events));
    one.result();
    BOOST_TEST(one.seen->wait([&] { return one.seen->destroyed; }));
    BOOST_TEST_EQ(end_of(one).code, error_code(errc::deadline_timeout));
}

void events_have_clocks_of_their_own() {
    for (const delivery as : {delivery::events, delivery::bytes}) {
        call_spec spec = post(as);
        spec.bounds.first_event = spec.bounds.stream_idle = brief;
        world silent({events({{": hello\n\nevent: ping\ndata: {}\n\n"}, {"", op::hang}})});
        run first = silent.start(spec);
        is_the_clock(end_of(first), errc::first_event_timeout, brief, phase::body);

        spec.bounds.first_event.reset();
        world stuck({events({{"data: 1\n\n"}, {": still here\n\n"}, {"", op::hang}})});
        run next = stuck.start(spec);
        is_the_clock(end_of(next), errc::stream_idle_timeout, brief, phase::body);

        world whole({events({{"data: 1\n\n"}, {"data: 2\n\ndata: [DONE]\n\n"}})});
        run ends = whole.start(spec);
        BOOST_TEST(!end_of(ends));
    }
}

// Before the head it is an attempt's failure like any other timeout.
void a_late_first_event_is_tried_again() {
    script silent;
    silent.head = op::hang;
    world w({silent, events({{"data: 1\n\ndata: [DONE]\n\n"}})});
    call_spec spec = post(delivery::events);
    spec.bounds.first_event = brief;
    run one = w.start(spec);
    BOOST_TEST(!one.result().error);
    BOOST_TEST_EQ(one.result().retries_taken, 1);
    BOOST_TEST(!end_of(one));
}

void a_body_has_its_size() {
    script told = answer(200, std::string(50, ' '));
    told.headers.emplace_back("content-length", "50");
    for (const script& plan : {told, answer(200, std::string(50, ' '))}) {
        world w({plan, answer(200, "[]")});
        call_spec spec = post();
        spec.bounds.body = 49;
        run one = w.start(spec);
        BOOST_TEST_EQ(one.result().error.code, error_code(errc::body_too_large));
        BOOST_TEST_EQ(one.result().error.detail, "api.example.com, more than 49 bytes");
        BOOST_TEST_EQ(one.result().retries_taken, 0);
        run two = w.start(spec);
        BOOST_TEST(!two.result().error);
    }
    for (const delivery as : {delivery::events, delivery::bytes}) {
        world w({events({{"data: 1\n\n"}, {std::string(50, 'x')}, {"", op::hang}})});
        call_spec spec = post(as);
        spec.bounds.body = 49;
        run one = w.start(spec);
        BOOST_TEST_EQ(end_of(one).code, error_code(errc::body_too_large));
        BOOST_TEST(w.quiet());
    }
}

void redirects_end() {
    script around = answer(307), down = answer(301);
    around.headers.emplace_back("location", "/v1/chat/completions");
    down.headers.emplace_back("location", "http://api.example.com/v1/chat/completions");
    const std::pair<script, errc> cases[] = {{around, errc::too_many_redirects},
                                             {down, errc::insecure_redirect}};
    for (const delivery as : {delivery::json, delivery::events}) {
        for (const auto& [plan, why] : cases) {
            world w({plan});
            run one = w.start(post(as));
            BOOST_TEST_EQ(one.result().error.code, error_code(why));
            BOOST_TEST_EQ(one.result().error.detail, "api.example.com");
            BOOST_TEST_EQ(w.log().requests.size(), why == errc::insecure_redirect ? 1u : 21u);
            BOOST_TEST(w.quiet());
        }
    }
}

}  // namespace

int main() {
    a_deadline_ends_every_phase();
    a_deadline_spans_attempts_and_redirects();
    no_pause_begins_that_the_deadline_would_cut();
    a_deadline_ends_a_stream();
    a_deadline_ends_a_rest();
    events_have_clocks_of_their_own();
    a_late_first_event_is_tried_again();
    a_body_has_its_size();
    redirects_end();
    BOOST_TEST(nothing_alive());
    return boost::report_errors();
}
