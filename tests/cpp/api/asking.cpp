// Calls that ask for credentials before each retry: answered, unanswered, ended while they wait.
#include <boost/core/lightweight_test.hpp>

#include "fixture.hpp"

using namespace oai;
using namespace oai::api;
using namespace oai::api::testing;

namespace {

call_spec asking(int max_retries = 2) {
    call_spec spec = post(delivery::json, max_retries);
    spec.asks_before_retry = true;
    return spec;
}

bool asked(run& one, int times) {
    return one.seen->wait([&] { return one.seen->asks == times; });
}

std::string credentials(const http::request& sent) {
    const std::string all = sent.fixed->text + sent.extra.text;
    const std::size_t at = all.find("Authorization: ");
    BOOST_TEST_EQ(all.find("uthorization", at + 15), all.npos);
    return at == all.npos ? "" : all.substr(at + 15, all.find('\r', at) - at - 15);
}

void answers_are_used_from_then_on() {
    world w({answer(429), answer(500), answer(503), answer(200)});
    run one = w.start(asking(3));
    const std::vector<std::string> answers = {"Bearer one", "", "Bearer three"};
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(asked(one, i + 1));
        BOOST_TEST_EQ(w.log().requests.size(), static_cast<std::size_t>(i + 1));
        one.handle->proceed({"Authorization", answers[static_cast<std::size_t>(i)]});
    }
    BOOST_TEST_EQ(one.result().head->status, 200);
    const auto& sent = w.log().requests;
    BOOST_TEST_EQ(sent.size(), 4u);
    BOOST_TEST_EQ(credentials(sent[0]), "Bearer secret");
    BOOST_TEST_EQ(credentials(sent[1]), "Bearer one");
    BOOST_TEST_EQ(credentials(sent[2]), "Bearer one");
    BOOST_TEST_EQ(credentials(sent[3]), "Bearer three");
    for (const http::request& each : sent) {
        BOOST_TEST(each.extra.text.find("Idempotency-Key: key-1") != each.extra.text.npos);
        BOOST_TEST(each.fixed->text.find("Content-Type") != each.fixed->text.npos);
    }
    BOOST_TEST(sent[3].extra.text.ends_with("x-stainless-retry-count: 3\r\n"));
    BOOST_TEST(w.quiet());
}

void unasked_answers_are_ignored() {
    world w({answer(200)});
    run one = w.start(asking());
    one.handle->proceed({"Authorization", "Bearer early"});
    BOOST_TEST_EQ(one.result().head->status, 200);
    one.handle->proceed({"Authorization", "Bearer late"});
    BOOST_TEST_EQ(one.seen->asks, 0);
    BOOST_TEST_EQ(credentials(w.log().requests[0]), "Bearer secret");
}

void others_are_not_asked() {
    world w({answer(429), answer(200)});
    run one = w.start(post());
    BOOST_TEST_EQ(one.result().head->status, 200);
    BOOST_TEST_EQ(one.seen->asks, 0);
}

void cancelling_while_it_waits() {
    world w({answer(429)});
    run one = w.start(asking());
    BOOST_TEST(asked(one, 1));
    one.handle->cancel();
    BOOST_TEST(!one.seen->finish());
    one.handle->proceed({"Authorization", "Bearer late"});
    BOOST_TEST(w.quiet());
    BOOST_TEST_EQ(w.log().requests.size(), 1u);
}

void closing_while_it_waits() {
    for (const bool abort : {false, true}) {
        world w({answer(429)});
        run one = w.start(asking());
        BOOST_TEST(asked(one, 1));
        w.via->close(abort);
        BOOST_TEST_EQ(one.result().error.code, error_code(errc::client_closed));
        BOOST_TEST_EQ(w.log().requests.size(), 1u);
    }
}

// A retry begins where the call began: new credentials never go where a redirect led.
void retries_after_a_redirect_start_over() {
    script away = answer(307);
    away.headers = {{"location", "https://elsewhere.example/there"}};
    world w({away, answer(500), answer(200)});
    run one = w.start(asking());
    BOOST_TEST(asked(one, 1));
    one.handle->proceed({"Authorization", "Bearer new"});
    BOOST_TEST_EQ(one.result().head->status, 200);
    const auto& sent = w.log().requests;
    BOOST_TEST_EQ(sent[1].target, "/there");
    BOOST_TEST_EQ(credentials(sent[1]), "");
    BOOST_TEST_EQ(sent[2].target, "/v1/chat/completions");
    BOOST_TEST_EQ(credentials(sent[2]), "Bearer new");
    BOOST_TEST_EQ(sent[2].body, "{}");
    BOOST_TEST_EQ(w.log().origins[1], "elsewhere.example");
    BOOST_TEST_EQ(w.log().origins[2], "api.example.com");
}

void engine_stop_while_it_waits() {
    world w({answer(429)});
    run one = w.start(asking());
    BOOST_TEST(asked(one, 1));
    net::engine::stop();
    BOOST_TEST(one.seen->destroyed);
    BOOST_TEST_EQ(one.seen->dones, 0);
    one.handle->proceed({"Authorization", "Bearer late"});
    one.handle.reset();
    BOOST_TEST_EQ(live().calls, 0);
}

}  // namespace

int main() {
    answers_are_used_from_then_on();
    unasked_answers_are_ignored();
    others_are_not_asked();
    cancelling_while_it_waits();
    closing_while_it_waits();
    retries_after_a_redirect_start_over();
    BOOST_TEST(nothing_alive());
    engine_stop_while_it_waits();
    return boost::report_errors();
}
