// Calls over a scripted pool: delivery, headers, retries, every failure, resends, limits, closing.
#include "api/call.hpp"

#include <boost/core/lightweight_test.hpp>

#include "fixture.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;

namespace {

void delivers_json() {
    world w({answer(200)});
    run one = w.start(post());
    outcome& result = one.result();
    BOOST_TEST(!result.error);
    BOOST_TEST_EQ(result.head->status, 200);
    BOOST_TEST_EQ(result.body, R"({"id":1})");
    BOOST_TEST(result.document && result.document->root().type == json::kind::object);
    BOOST_TEST_EQ(result.retries_taken, 0);
    BOOST_TEST(!result.events);
    const timing& when = result.when;
    BOOST_TEST(0 <= when.connected && when.connected <= when.sent && when.sent <= when.head &&
               when.head <= when.done && !when.reused);
    BOOST_TEST(one.seen->finish());
    BOOST_TEST_EQ(w.log().kept, 1);  // given back before the result was delivered
    const std::string& extra = w.log().requests[0].extra.text;
    BOOST_TEST_EQ(extra, "Idempotency-Key: key-1\r\nx-stainless-retry-count: 0\r\n");
}

void parses_what_is_json() {
    script text = answer(200, "[1]");
    text.headers = {{"Content-Type", "text/plain"}};
    script vendor = answer(200, "[1]");
    vendor.headers = {{"Content-Type", "application/problem+JSON ; charset=utf-8"}};
    script none = answer(200, "[1]");
    none.headers.clear();
    script error = answer(400, R"({"error":{}})");
    error.headers = {{"Content-Type", "text/html"}};
    script broken = answer(200, "{");
    const std::pair<script, bool> cases[] = {
        {text, false}, {vendor, true}, {none, true}, {error, true}, {broken, false}};
    for (const auto& [plan, parsed] : cases) {
        world w({plan});
        run one = w.start(post());
        BOOST_TEST_EQ(one.result().document.has_value(), parsed);
        BOOST_TEST(!one.result().error);
    }
    world w({answer(200)});
    run raw = w.start(post(delivery::raw));
    BOOST_TEST_EQ(raw.result().body, R"({"id":1})");
    BOOST_TEST(!raw.result().document);
}

void counts_retries() {
    world w({answer(500), answer(429), answer(200)});
    run one = w.start(post());
    BOOST_TEST_EQ(one.result().head->status, 200);
    BOOST_TEST_EQ(one.result().retries_taken, 2);
    for (int i = 0; i < 3; ++i) {
        const http::request& sent = w.log().requests[i];
        BOOST_TEST_EQ(sent.extra.text, "Idempotency-Key: key-1\r\nx-stainless-retry-count: " +
                                           std::to_string(i) + "\r\n");
        BOOST_TEST_EQ(sent.body, "{}");
    }
    world caller({answer(200)});
    call_spec spec = post();
    spec.send_retry_count = false;
    caller.start(std::move(spec)).result();
    BOOST_TEST_EQ(caller.log().requests[0].extra.text, "Idempotency-Key: key-1\r\n");
}

void gives_up() {
    world w({answer(503, R"({"error":{"message":"busy"}})")});
    run one = w.start(post(delivery::json, 1));
    BOOST_TEST_EQ(one.result().head->status, 503);
    BOOST_TEST(!one.result().error && one.result().document);
    BOOST_TEST_EQ(one.result().retries_taken, 1);
    BOOST_TEST_EQ(w.log().requests.size(), 2u);

    world refused({answer(400)});
    run two = refused.start(post());
    BOOST_TEST_EQ(two.result().head->status, 400);
    BOOST_TEST_EQ(two.result().retries_taken, 0);

    script patient = answer(429);
    patient.headers = {{"retry-after", "121"}};
    world later({patient});
    run three = later.start(post());
    BOOST_TEST_EQ(three.result().head->status, 429);
    BOOST_TEST_EQ(three.result().retries_taken, 0);
}

script failing(phase where) {
    script plan = answer(200);
    if (where == phase::connect) plan.acquire = op::fail;
    if (where == phase::write) plan.send = op::fail, plan.head = op::fail;
    if (where == phase::head) plan.head = op::fail;
    if (where == phase::body) plan.body = {{R"({"id)"}, {"", op::fail, errc::connection_closed}};
    return plan;
}

// Operation N fails, for all N: reported as it is without retries, overcome with one.
void each_step_may_fail() {
    const phase steps[] = {phase::connect, phase::write, phase::head, phase::body};
    std::vector<std::unique_ptr<world>> worlds;
    std::vector<run> final, retried;
    for (const phase step : steps) {
        worlds.push_back(std::make_unique<world>(std::vector{failing(step)}));
        final.push_back(worlds.back()->start(post(delivery::json, 0)));
        worlds.push_back(std::make_unique<world>(std::vector{failing(step), answer(200)}));
        retried.push_back(worlds.back()->start(post(delivery::json, 1)));
    }
    for (std::size_t i = 0; i < final.size(); ++i) {
        BOOST_TEST(final[i].result().error.code == errc::connection_closed);
        BOOST_TEST(steps[i] == phase::connect || final[i].result().error.where == steps[i]);
        BOOST_TEST_EQ(final[i].result().error.sent_any, steps[i] != phase::connect);
        BOOST_TEST_EQ(final[i].result().head != nullptr, steps[i] == phase::body);
        BOOST_TEST(!retried[i].result().error);
        BOOST_TEST_EQ(retried[i].result().retries_taken, 1);
        BOOST_TEST_EQ(retried[i].result().body, R"({"id":1})");
    }
    for (const auto& each : worlds) BOOST_TEST(each->quiet());
}

// The answer to a request that was not read whole is an answer.
void answer_beats_write_error() {
    script plan = answer(413);
    plan.send = op::fail;
    world w({plan});
    run one = w.start(post());
    BOOST_TEST(!one.result().error);
    BOOST_TEST_EQ(one.result().head->status, 413);
}

void limits() {
    const auto within = [](op script::* hangs) {
        script plan = answer(200);
        plan.*hangs = op::hang;
        return plan;
    };
    script slow_body = answer(200);
    slow_body.body = {{"{", op::ok}, {"", op::hang}};
    call_spec spec = post(delivery::json, 0);
    spec.clocks.read = spec.clocks.write = 30ms;
    const std::tuple<script, errc, phase> cases[] = {
        {within(&script::send), errc::write_timeout, phase::write},
        {within(&script::head), errc::read_timeout, phase::head},
        {slow_body, errc::read_timeout, phase::body}};
    for (const auto& [plan, code, where] : cases) {
        world w({plan});
        run one = w.start(spec);
        BOOST_TEST(one.result().error.code == code);
        BOOST_TEST(one.result().error.where == where);
        BOOST_TEST(w.quiet());
        BOOST_TEST_EQ(w.log().cut, 1);
    }
    world retried({within(&script::head), answer(200)});
    spec.max_retries = 1;
    run two = retried.start(spec);
    BOOST_TEST(!two.result().error);
    BOOST_TEST_EQ(two.result().retries_taken, 1);
}

void bounded_body() {
    script plan = answer(200);
    plan.body = {{"1234"}, {"56789"}, {"0"}};
    http::wire_limits wire;
    wire.body = 8;
    world w({plan}, wire);
    run one = w.start(post(delivery::json, 0));
    BOOST_TEST(one.result().error.code == errc::body_too_large);
    BOOST_TEST(w.quiet());
    BOOST_TEST_EQ(w.log().cut, 1);
}

script stale(phase where, bool reused = true) {
    script plan = failing(where);
    plan.reused = reused;
    plan.undelivered = true;
    return plan;
}

// A dead pooled connection is replaced without anybody noticing; everything else is a failure.
void resends_after_a_stale_connection() {
    for (const phase where : {phase::write, phase::head}) {
        world w({stale(where), answer(200)});
        run one = w.start(post(delivery::json, 0));
        BOOST_TEST(!one.result().error);
        BOOST_TEST_EQ(one.result().retries_taken, 0);
        BOOST_TEST_EQ(w.log().requests.size(), 2u);
        BOOST_TEST_EQ(w.log().requests[1].extra.text, w.log().requests[0].extra.text);
        BOOST_TEST(!w.log().fresh[0] && w.log().fresh[1]);
    }
    script half = stale(phase::head);
    half.received_any = true;
    script acted_on = stale(phase::head);
    acted_on.undelivered = false;
    for (const script& plan : {stale(phase::head, false), half, acted_on, stale(phase::body)}) {
        world w({plan, answer(200)});
        run one = w.start(post(delivery::json, 0));
        BOOST_TEST(one.result().error.code == errc::connection_closed);
        BOOST_TEST_EQ(w.log().requests.size(), 1u);
    }
    world always({stale(phase::head)});
    run one = always.start(post(delivery::json, 0));
    BOOST_TEST(one.result().error.code == errc::connection_closed);
    BOOST_TEST_EQ(always.log().requests.size(), 3u);
}

script moved(int status, std::string location) {
    script plan = answer(status);
    plan.headers = {{"location", std::move(location)}};
    return plan;
}

void follows_redirects() {
    world w({moved(307, "/v2/chat?x=1"), answer(200)});
    run one = w.start(post());
    BOOST_TEST_EQ(one.result().head->status, 200);
    BOOST_TEST_EQ(one.result().retries_taken, 0);
    const http::request& sent = w.log().requests[1];
    BOOST_TEST_EQ(sent.method, "POST");
    BOOST_TEST_EQ(sent.target, "/v2/chat?x=1");
    BOOST_TEST_EQ(sent.body, "{}");
    BOOST_TEST(sent.fixed->text.find("Bearer secret") != std::string::npos);
    BOOST_TEST_EQ(sent.extra.text, w.log().requests[0].extra.text);

    world away({moved(308, "https://other.example.com/x"), answer(500), answer(200)});
    run two = away.start(post());
    BOOST_TEST_EQ(two.result().retries_taken, 1);
    const std::vector<std::string> origins = {"api.example.com", "other.example.com",
                                              "api.example.com"};
    BOOST_TEST(away.log().origins == origins);  // as in the official client, a retry starts over
    for (std::size_t i : {0, 1, 2})
        BOOST_TEST_EQ(away.log().requests[i].fixed->text.find("secret") != std::string::npos,
                      i != 1);

    world loop({moved(307, "/again")});
    run three = loop.start(post());
    BOOST_TEST(three.result().error.code == errc::too_many_redirects);
    BOOST_TEST_EQ(loop.log().requests.size(), 21u);

    world down({moved(307, "http://api.example.com/x")});
    run four = down.start(post());
    BOOST_TEST_EQ(four.result().head->status, 307);
    BOOST_TEST_EQ(down.log().requests.size(), 1u);
}

void closed_transport() {
    world w({answer(200)});
    w.start(post()).result();
    BOOST_TEST(!w.via->closed());
    w.via->close(false);
    BOOST_TEST(w.via->closed());
    run late = w.start(post());
    BOOST_TEST(late.result().error.code == errc::client_closed);
    BOOST_TEST(w.log().wait([&w] { return w.log().closed; }));
    BOOST_TEST(!w.log().aborted);
    BOOST_TEST_EQ(w.log().requests.size(), 1u);

    world never({answer(200)});
    never.via->close(true);
    BOOST_TEST(never.start(post()).result().error.code == errc::client_closed);
}

// The answer asks to wait for 100 s; the close comes while the call does.
void closing_ends_the_pause() {
    for (const bool abort : {false, true}) {
        script busy = answer(429);
        busy.headers = {{"retry-after", "100"}};
        world w({busy});
        std::vector<run> runs;
        for (int i = 0; i < 3; ++i) runs.push_back(w.start(post()));
        BOOST_TEST(w.log().wait([&w] { return w.log().kept == 3; }));
        runs.back().handle->cancel();
        BOOST_TEST(!runs.back().seen->finish());
        runs.pop_back();
        w.via->close(abort);
        for (run& each : runs) {
            BOOST_TEST(each.seen->finish());
            BOOST_TEST(each.result().error.code == errc::client_closed);
        }
        BOOST_TEST_EQ(w.log().requests.size(), 3u);
    }
}

void dropping_the_handle_is_not_cancelling() {
    world w({answer(500), answer(200)});
    run one = w.start(post());
    one.handle.reset();
    BOOST_TEST_EQ(one.result().head->status, 200);
}

}  // namespace

int main() {
    delivers_json();
    parses_what_is_json();
    counts_retries();
    gives_up();
    each_step_may_fail();
    answer_beats_write_error();
    limits();
    bounded_body();
    resends_after_a_stale_connection();
    follows_redirects();
    closed_transport();
    closing_ends_the_pause();
    dropping_the_handle_is_not_cancelling();
    BOOST_TEST(nothing_alive());
    net::engine::stop();
    return boost::report_errors();
}
