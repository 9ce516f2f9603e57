#include "api/rate_report.hpp"

#include <boost/core/lightweight_test.hpp>

using namespace oai;
using namespace oai::api;

namespace {

void durations() {
    const struct {
        std::string_view text;
        long long expected;  // milliseconds; -1: none
    } cases[] = {
        {"6m0s", 360'000},
        {"12ms", 12},
        {"1s", 1000},
        {"1h2m3.5s", 3'723'500},
        {"0.25", 250},
        {"86400", 86'400'000},
        {"0s", 0},
        {"8.64s", 8640},
        {"1d1h", 90'000'000},
        {"0.0001s", 1},
        {"17.1ms", 18},
        {"", -1},
        {"s", -1},
        {"1x", -1},
        {"-1s", -1},
        {"1s ", -1},
        {"1e3s", -1},
        {"nan", -1},
        {"1..2s", -1},
        {"99999999999999999999h", -1},
        {"10000000h", -1},
        {"1 s", -1},
    };
    for (const auto& each : cases) {
        const auto got = parse_duration(each.text);
        if (!BOOST_TEST_EQ(got ? got->count() : -1, each.expected))
            BOOST_LIGHTWEIGHT_TEST_OSTREAM << "    in " << each.text << '\n';
    }
}

void heads() {
    http::response_head head;
    head.status = 429;
    head.add("X-RateLimit-Limit-Requests", "500");
    head.add("x-ratelimit-remaining-requests", "0");
    head.add("x-ratelimit-reset-requests", "120ms");
    head.add("x-ratelimit-limit-tokens", "many");
    head.add("x-ratelimit-remaining-tokens", "-3");
    head.add("retry-after-ms", "70");
    const rate_report said = read_rate_report(head, 0);
    BOOST_TEST(said.refused);
    BOOST_TEST(said.requests.limit == 500);
    BOOST_TEST(said.requests.remaining == 0);
    BOOST_TEST(said.requests.reset == milliseconds(120));
    BOOST_TEST(!said.tokens.limit && !said.tokens.remaining && !said.tokens.reset);
    BOOST_TEST(said.retry_after == milliseconds(70));

    http::response_head plain;
    plain.status = 200;
    const rate_report nothing = read_rate_report(plain, 0);
    BOOST_TEST(!nothing.refused && !nothing.retry_after && !nothing.requests.limit);
}

}  // namespace

int main() {
    durations();
    heads();
    return boost::report_errors();
}
