// What is read of an answer's fields and of JSON text: pauses, dates, durations, rate limits,
// counts of tokens. First line: the status; then a field a line; then, after an empty line, a body.
#include <array>
#include <chrono>
#include <cstdio>

#include "api/http_date.hpp"
#include "api/rate_report.hpp"
#include "api/retry_policy.hpp"
#include "api/token_count.hpp"
#include "fuzz.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

using namespace std::chrono_literals;

constexpr double now = 1.7e9;  // seconds since 1970
constexpr milliseconds year = 366 * 24h;

// RFC 9110 5.6.7: the form that everybody writes.
std::string imf_fixdate(std::int64_t seconds) {
    namespace chrono = std::chrono;
    const chrono::sys_seconds when{chrono::seconds(seconds)};
    const auto day = chrono::floor<chrono::days>(when);
    const chrono::year_month_day date(day);
    const chrono::hh_mm_ss clock(when - day);
    constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[64];
    std::snprintf(text, sizeof text, "Mon, %02u %s %04d %02d:%02d:%02d GMT", unsigned(date.day()),
                  months[unsigned(date.month()) - 1], int(date.year()),
                  static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text;
}

void check_date(std::string_view text) {
    const auto read = api::parse_http_date(text);
    constexpr std::int64_t year_100 = -59011459200, year_9999 = 253402300799;
    if (!read || *read < year_100 || *read > year_9999) return;
    require(api::parse_http_date(imf_fixdate(*read)) == read, "a date is written and read again");
}

void check_pauses(const http::response_head& head) {
    const auto asked = api::asked_pause(head, now);
    require(!asked || (*asked > 0ms && *asked <= 120s), "a pause is kept within two minutes");
    api::attempts so_far;
    for (so_far.taken = 0; so_far.taken <= so_far.max_retries; ++so_far.taken) {
        const auto decided = api::after_response(head, so_far, {now, 0.5});
        const bool may =
            (head.status < 200 || head.status >= 300) && so_far.taken < so_far.max_retries;
        require(may || !decided.retry, "what succeeded, or was tried often enough, is over");
        require(!decided.retry || (decided.pause > 0ms && decided.pause <= 120s),
                "a retry waits, and not for long");
        require(!decided.retry || !asked || decided.pause == *asked, "as long as it was asked to");
    }
}

void check_limits(const http::response_head& head) {
    const auto said = api::read_rate_report(head, now);
    for (const auto& each : {said.requests, said.tokens}) {
        require(!each.limit || *each.limit >= 0, "limits are counts");
        require(!each.remaining || *each.remaining >= 0, "so is what remains");
        require(!each.reset || (*each.reset >= 0ms && *each.reset <= year), "a reset is in reach");
    }
}

// "1h2m3.5s" is as long as its parts.
void check_duration(std::string_view text) {
    const auto read = api::parse_duration(text);
    require(!read || (*read >= 0ms && *read <= year), "a duration is in reach");
    const auto longer = api::parse_duration(std::string(text) + "1s");
    const bool has_unit = !text.empty() && (text.back() < '0' || text.back() > '9');
    if (read && longer && has_unit && text.back() != '.')
        require(std::chrono::abs(*longer - *read - 1s) <= 1ms, "a second more is a second more");
}

}  // namespace

void headers(std::string_view input) {
    if (input.size() > 8192) return;
    http::response_head head;
    head.status = static_cast<int>(number_of(take_line(input).substr(0, 3)));
    while (!input.empty()) {
        const std::string_view line = take_line(input);
        if (line.empty()) break;
        const std::size_t colon = std::min(line.find(": "), line.size());
        const std::string_view value = line.substr(std::min(colon + 2, line.size()));
        head.add(line.substr(0, colon), value);
        check_date(value);
        check_duration(value);
    }
    check_pauses(head);
    check_limits(head);
    require(api::expected_tokens(input, std::nullopt) >= 0, "tokens are a count");
    require(api::expected_tokens(input, 7) >= 7, "what was said of the prompt counts");
    require(api::used_tokens(input).value_or(0) >= 0, "so are those that were used");
}

}  // namespace oai::fuzz
