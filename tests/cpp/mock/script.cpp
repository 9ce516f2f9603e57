#include "mock/script.hpp"

#include <boost/core/lightweight_test.hpp>

using namespace oai::mock;

namespace {

using act = step::act;

const head_facts facts{"req_1", "Sun, 06 Nov 1994 08:49:37 GMT", "1", true};
const pacing no_pause;

reply stream_of(std::size_t events) {
    reply out;
    out.stream = out.done_marker = true;
    for (std::size_t n = 0; n < events; ++n) {
        out.events.push_back(frame("{\"n\":" + std::to_string(n) + "}"));
    }
    return out;
}

std::vector<step> compiled(reply answer, std::string_view wrong, const pacing& pace = no_pause) {
    faults parsed;
    parse_faults(wrong, parsed);
    BOOST_TEST_EQ(parsed.unknown, "");
    return compile(std::move(answer), parsed, pace, facts);
}

std::string written(const std::vector<step>& steps) {
    std::string out;
    for (const step& one : steps) {
        if (one.what == act::write) out += one.bytes;
    }
    return out;
}

std::string body_of(const std::string& bytes) {
    return bytes.substr(bytes.find("\r\n\r\n") + 4);
}

std::size_t count(const std::vector<step>& steps, act what) {
    std::size_t n = 0;
    for (const step& one : steps) n += one.what == what;
    return n;
}

void plain_is_what_the_script_says() {
    reply answer = json_reply("{\"a\":1}");
    std::string fast;
    write_plain(fast, answer, facts);
    auto steps = compiled(answer, "");
    BOOST_TEST_EQ(written(steps), fast);
    BOOST_TEST_EQ(steps.size(), 1u);
    BOOST_TEST(fast.starts_with("HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994"));
    BOOST_TEST(fast.find("\r\ncontent-length: 7\r\n") != fast.npos);
    BOOST_TEST_EQ(body_of(fast), "{\"a\":1}");
}

void streams_are_chunked() {
    auto steps = compiled(stream_of(2), "");
    BOOST_TEST_EQ(body_of(written(steps)),
                  "f\r\ndata: {\"n\":0}\n\n\r\nf\r\ndata: {\"n\":1}\n\n\r\n"
                  "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
    BOOST_TEST_EQ(steps.size(), 4u);
    pacing burst;
    burst.burst = 100;
    BOOST_TEST_EQ(compiled(stream_of(2), "", burst).size(), 2u);
    BOOST_TEST_EQ(body_of(written(compiled(stream_of(5), "empty-body"))), "0\r\n\r\n");
}

void pauses() {
    pacing pace;
    pace.latency = seconds(1);
    pace.between_events = seconds(2);
    auto steps = compiled(stream_of(2), "", pace);
    BOOST_TEST_EQ(count(steps, act::pause), 3u);
    BOOST_TEST(steps.front().what == act::pause && steps.front().wait == seconds(1));
    BOOST_TEST_EQ(count(compiled(stream_of(2), "drip=3; delay=1"), act::pause), 3u);
    BOOST_TEST_EQ(count(compiled(json_reply("{}"), "drip=1"), act::pause), 1u);
    auto slow = compiled(json_reply("{}"), "slow-head=1");
    BOOST_TEST_EQ(written(slow), written(compiled(json_reply("{}"), "")));
    BOOST_TEST_GT(count(slow, act::pause), 100u);
}

void endings() {
    std::string whole = written(compiled(stream_of(8), ""));
    for (auto [wrong, last] : {std::pair("disconnect=before-head", act::close),
                               {"disconnect=mid-head", act::close},
                               {"disconnect=mid-body", act::close},
                               {"disconnect=reset", act::reset},
                               {"disconnect=reset-mid-body", act::reset},
                               {"truncate", act::close},
                               {"hang", act::hang},
                               {"hang=2", act::hang}}) {
        for (const reply& answer : {stream_of(8), json_reply("{\"some\":\"text\"}")}) {
            if (!answer.stream && std::string_view(wrong) == "hang=2") continue;
            auto steps = compiled(answer, wrong);
            std::string bytes = written(steps);
            BOOST_TEST(steps.back().what == last);
            BOOST_TEST(written(compiled(answer, "")).starts_with(bytes));
            BOOST_TEST_LT(bytes.size(), written(compiled(answer, "")).size());
        }
    }
    // A truncated stream ends between events, a disconnect inside one.
    BOOST_TEST(written(compiled(stream_of(8), "truncate")).ends_with("\n\n\r\n"));
    BOOST_TEST(!written(compiled(stream_of(8), "disconnect=mid-body")).ends_with("\n\n\r\n"));
    auto pinged = compiled(stream_of(8), "hang=2; ping=0.5");
    BOOST_TEST_EQ(pinged.back().bytes, "8\r\n: ping\n\n\r\n");
    BOOST_TEST_EQ(pinged.back().wait.count(), 0.5);
    BOOST_TEST_EQ(count(compiled(stream_of(8), "hang=2"), act::write), 3u);
}

void spoiled() {
    std::string error = body_of(written(compiled(stream_of(8), "error-event=2")));
    BOOST_TEST(error.find("{\"n\":1}") != error.npos);
    BOOST_TEST(error.find("{\"n\":2}") == error.npos);
    BOOST_TEST(error.find("event: error\ndata: {\"error\":{\"message\":") != error.npos);
    BOOST_TEST(error.find("[DONE]") == error.npos);
    BOOST_TEST(body_of(written(compiled(stream_of(2), "no-done"))).find("DONE") == error.npos);
    std::string extra = body_of(written(compiled(json_reply("{}"), "extra-field")));
    BOOST_TEST(extra.ends_with("\"text\":\"unknown field\"}}"));
    BOOST_TEST_EQ(body_of(written(compiled(json_reply("{\"ab\":\"cd\"}"), "bad-json"))),
                  "{\"ab\":\"");
    std::string html = written(compiled(json_reply("{}"), "html"));
    BOOST_TEST(html.starts_with("HTTP/1.1 502 Bad Gateway"));
}

void no_content_has_no_body() {
    std::string out;
    write_plain(out, status_reply(204), facts);
    BOOST_TEST(out.find("content-") == out.npos);
    BOOST_TEST_EQ(body_of(out), "");
}

}  // namespace

int main() {
    plain_is_what_the_script_says();
    streams_are_chunked();
    pauses();
    endings();
    spoiled();
    no_content_has_no_body();
    return boost::report_errors();
}
