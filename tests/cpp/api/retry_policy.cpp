#include "api/retry_policy.hpp"

#include <boost/core/lightweight_test.hpp>

#include <initializer_list>
#include <utility>

using namespace oai;
using namespace oai::api;

namespace {

// One minute before the date that the examples use.
constexpr double wall = 784111777 - 60;
constexpr chance no_jitter{wall, 0};

using headers = std::initializer_list<std::pair<const char*, const char*>>;

http::response_head head(int status, headers fields = {}) {
    http::response_head made;
    made.status = status;
    for (const auto& [name, value] : fields) made.add(name, value);
    return made;
}

void statuses() {
    for (int status : {408, 409, 429, 500, 502, 503, 504, 529, 599})
        BOOST_TEST(after_response(head(status), {2, 0}, no_jitter).retry);
    for (int status : {200, 201, 204, 299, 301, 304, 400, 401, 403, 404, 410, 422, 499})
        BOOST_TEST(!after_response(head(status), {2, 0}, no_jitter).retry);
}

void attempts_run_out() {
    BOOST_TEST(after_response(head(500), {2, 1}, no_jitter).retry);
    BOOST_TEST(!after_response(head(500), {2, 2}, no_jitter).retry);
    BOOST_TEST(!after_response(head(500), {0, 0}, no_jitter).retry);
    BOOST_TEST(!after_response(head(500, {{"x-should-retry", "true"}}), {1, 1}, no_jitter).retry);
}

void the_server_decides_with_x_should_retry() {
    BOOST_TEST(after_response(head(400, {{"X-Should-Retry", "true"}}), {2, 0}, no_jitter).retry);
    BOOST_TEST(!after_response(head(500, {{"x-should-retry", "false"}}), {2, 0}, no_jitter).retry);
    for (const char* other : {"True", "FALSE", "1", "", " true", "yes"}) {
        BOOST_TEST(
            !after_response(head(400, {{"x-should-retry", other}}), {2, 0}, no_jitter).retry);
        BOOST_TEST(after_response(head(500, {{"x-should-retry", other}}), {2, 0}, no_jitter).retry);
    }
    BOOST_TEST(!after_response(head(200, {{"x-should-retry", "true"}}), {2, 0}, no_jitter).retry);
}

constexpr long refused = -1;     // no retry at all
constexpr long own_pause = 500;  // the server's wish is not honoured

void server_pauses() {
    const struct {
        headers fields;
        long pause;
    } cases[] = {
        {{}, own_pause},
        {{{"retry-after", "3"}}, 3000},
        {{{"Retry-After", "3"}}, 3000},
        {{{"retry-after", " 3\t"}}, 3000},
        {{{"retry-after", "1.5"}}, 1500},
        {{{"retry-after", "+1.5"}}, 1500},
        {{{"retry-after", "1_0"}}, 10000},
        {{{"retry-after", ".25"}}, 250},
        {{{"retry-after", "2."}}, 2000},
        {{{"retry-after", "1e1"}}, 10000},
        {{{"retry-after", "0.0001"}}, 1},  // rounded up
        {{{"retry-after", "120"}}, 120000},
        {{{"retry-after", "120.1"}}, refused},
        {{{"retry-after", "1e3"}}, refused},
        {{{"retry-after", "1e999"}}, refused},
        {{{"retry-after", "1e99999999999999999999"}}, refused},
        {{{"retry-after", "0"}}, own_pause},
        {{{"retry-after", "-5"}}, own_pause},
        {{{"retry-after", "-1e999"}}, own_pause},
        {{{"retry-after", "1e-999"}}, own_pause},
        {{{"retry-after", "1e-99999999999999999999"}}, own_pause},
        {{{"retry-after", "nan"}}, own_pause},
        {{{"retry-after", "nan(5)"}}, own_pause},
        {{{"retry-after", "inf"}}, own_pause},
        {{{"retry-after", "+Infinity"}}, own_pause},
        {{{"retry-after", "-inf"}}, own_pause},
        {{{"retry-after", ""}}, own_pause},
        {{{"retry-after", "soon"}}, own_pause},
        {{{"retry-after", "0x10"}}, own_pause},
        {{{"retry-after", "+-1"}}, own_pause},
        {{{"retry-after", "--1"}}, own_pause},
        {{{"retry-after", "1__0"}}, own_pause},
        {{{"retry-after", "_1"}}, own_pause},
        {{{"retry-after", "1_"}}, own_pause},
        {{{"retry-after", "1,5"}}, own_pause},
        {{{"retry-after", "1 5"}}, own_pause},
        {{{"retry-after", "3"}, {"retry-after", "4"}}, own_pause},  // "3, 4"
        {{{"retry-after", ""}, {"retry-after", "3"}}, own_pause},   // ", 3"
        {{{"retry-after-ms", "250"}}, 250},
        {{{"retry-after-ms", "0.5"}}, 1},
        {{{"retry-after-ms", "120000"}}, 120000},
        {{{"retry-after-ms", "120001"}}, refused},
        {{{"retry-after-ms", "1e999"}}, refused},
        // Milliseconds win, unless they are no number.
        {{{"retry-after", "7"}, {"retry-after-ms", "250"}}, 250},
        {{{"retry-after", "7"}, {"retry-after-ms", "soon"}}, 7000},
        {{{"retry-after", "7"}, {"retry-after-ms", "0"}}, own_pause},
        {{{"retry-after", "7"}, {"retry-after-ms", "-1"}}, own_pause},
        {{{"retry-after", "7"}, {"retry-after-ms", "nan"}}, own_pause},
        {{{"retry-after", "7"}, {"retry-after-ms", "120001"}}, refused},
        {{{"retry-after", "1000"}, {"retry-after-ms", "250"}}, 250},
        // Dates.
        {{{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"}}, 60000},
        {{{"retry-after", "Sunday, 06-Nov-94 08:49:37 GMT"}}, 60000},
        {{{"retry-after", "Sun Nov  6 08:49:37 1994"}}, 60000},
        {{{"retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"}}, 120000},
        {{{"retry-after", "Sun, 06 Nov 1994 08:50:38 GMT"}}, refused},
        {{{"retry-after", "Sun, 06 Nov 1994 08:48:37 GMT"}}, own_pause},
        {{{"retry-after", "Sun, 06 Nov 1993 08:49:37 GMT"}}, own_pause},
        {{{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"retry-after-ms", "x"}}, 60000},
        {{{"retry-after-ms", "Sun, 06 Nov 1994 08:49:37 GMT"}}, own_pause},
    };
    for (const auto& c : cases) {
        const decision made = after_response(head(429, c.fields), {2, 0}, no_jitter);
        BOOST_TEST_EQ(made.retry, c.pause != refused);
        BOOST_TEST_EQ(made.pause.count(), c.pause == refused ? 0 : c.pause);
    }
}

void too_long_a_pause_beats_x_should_retry() {
    const headers fields = {{"x-should-retry", "true"}, {"retry-after", "121"}};
    BOOST_TEST(!after_response(head(429, fields), {2, 0}, no_jitter).retry);
}

void a_server_pause_does_not_make_a_retry() {
    BOOST_TEST(!after_response(head(400, {{"retry-after", "1"}}), {2, 0}, no_jitter).retry);
}

void a_fraction_of_a_second_counts_for_dates() {
    const chance now{wall + 0.25, 0};
    const headers fields = {{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"}};
    BOOST_TEST_EQ(after_response(head(429, fields), {2, 0}, now).pause.count(), 59750);
}

void pauses_double_up_to_eight_seconds() {
    const long expected[] = {500, 1000, 2000, 4000, 8000, 8000, 8000};
    for (int taken = 0; taken < 7; ++taken)
        BOOST_TEST_EQ(after_response(head(500), {9, taken}, no_jitter).pause.count(),
                      expected[taken]);
    BOOST_TEST_EQ(
        after_response(head(500), {2'000'000'000, 1'999'999'999}, no_jitter).pause.count(), 8000);
}

void jitter_takes_off_up_to_a_quarter() {
    BOOST_TEST_EQ(after_response(head(500), {2, 0}, {wall, 0.5}).pause.count(), 438);  // 437.5
    BOOST_TEST_EQ(after_response(head(500), {9, 4}, {wall, 1}).pause.count(), 6000);
    long last = 501;
    for (int i = 0; i < 1000; ++i) {
        const long pause = after_response(head(500), {2, 0}, {wall, i / 1000.0}).pause.count();
        BOOST_TEST(pause <= 500 && pause >= 375 && pause <= last);
        last = pause;
    }
    BOOST_TEST_EQ(last, 376);
    // The server's own pause is kept to the millisecond.
    const auto asked = after_response(head(429, {{"retry-after", "2"}}), {2, 0}, {wall, 0.9});
    BOOST_TEST_EQ(asked.pause.count(), 2000);
}

failure failed(error_code code) {
    failure why;
    why.code = code;
    return why;
}

void timeouts_and_connection_errors_are_retried() {
    for (errc code :
         {errc::host_not_found, errc::connect_failed, errc::tls_failed, errc::connect_timeout,
          errc::pool_timeout, errc::write_timeout, errc::read_timeout, errc::connection_closed,
          errc::bad_response, errc::header_too_large, errc::bad_encoding}) {
        for (bool sent : {false, true}) {
            failure why = failed(code);
            why.sent_any = sent;
            const decision made = after_failure(why, {2, 1}, no_jitter);
            BOOST_TEST(made.retry);
            BOOST_TEST_EQ(made.pause.count(), 1000);
            BOOST_TEST(!after_failure(why, {2, 2}, no_jitter).retry);
        }
    }
    namespace system = boost::system;
    const error_code reset(system::errc::connection_reset, system::generic_category());
    BOOST_TEST(after_failure(failed(reset), {2, 0}, no_jitter).retry);
}

void other_ends_are_not_retried() {
    for (errc code :
         {errc::success, errc::cancelled, errc::client_closed, errc::engine_stopped,
          errc::body_too_large, errc::line_too_large, errc::bad_json, errc::end_of_body})
        BOOST_TEST(!after_failure(failed(code), {2, 0}, no_jitter).retry);
    BOOST_TEST(!after_failure(failure(), {2, 0}, no_jitter).retry);
}

}  // namespace

int main() {
    statuses();
    attempts_run_out();
    the_server_decides_with_x_should_retry();
    server_pauses();
    too_long_a_pause_beats_x_should_retry();
    a_server_pause_does_not_make_a_retry();
    a_fraction_of_a_second_counts_for_dates();
    pauses_double_up_to_eight_seconds();
    jitter_takes_off_up_to_a_quarter();
    timeouts_and_connection_errors_are_retried();
    other_ends_are_not_retried();
    return boost::report_errors();
}
