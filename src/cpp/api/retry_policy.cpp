#include "api/retry_policy.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "api/http_date.hpp"
#include "core/ascii.hpp"

namespace oai::api {
namespace {

constexpr double first_pause = 0.5, longest_pause = 8;
constexpr double longest_server_pause = 120;
constexpr double infinite = std::numeric_limits<double>::infinity();

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\n\v\f\r";
    const std::size_t first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(space) + 1 - first);
}

// Python reads 1_000 as 1000; an underscore stands between digits only.
std::optional<std::string> without_underscores(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            plain.push_back(text[i]);
        } else if (i == 0 || i + 1 == text.size() || !digit(text[i - 1]) || !digit(text[i + 1])) {
            return std::nullopt;
        }
    }
    return plain;
}

// For a number outside the range of double: is it huge, or next to nothing?
bool huge(std::string_view number) {
    const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
    const std::string_view mantissa = number.substr(0, mark);
    const std::string_view power = number.substr(std::min(mark + 1, number.size()));
    const auto point = static_cast<long>(std::min(mantissa.find('.'), mantissa.size()));
    const auto first = static_cast<long>(mantissa.find_first_of("123456789"));
    long exponent = 0;
    const char* from = power.data() + (power.starts_with('+') ? 1 : 0);
    const auto parsed = std::from_chars(from, power.data() + power.size(), exponent);
    if (parsed.ec == std::errc::result_out_of_range) return !power.starts_with('-');
    return point - first + exponent > 0;
}

// As Python's float(): infinity and NaN by name; what overflows is infinite too and sets
// `overflow`.
std::optional<double> parse_float(std::string_view text, bool& overflow) {
    const std::optional<std::string> plain = without_underscores(trimmed(text));
    if (!plain) return std::nullopt;
    std::string_view number = *plain;
    const bool negative = number.starts_with('-');
    if (negative || number.starts_with('+')) number.remove_prefix(1);
    // from_chars takes a sign of its own, and nan(...) with a payload.
    if (number.empty() || number.front() == '-' || number.back() == ')') return std::nullopt;
    double value = 0;
    const char* const last = number.data() + number.size();
    const auto parsed = std::from_chars(number.data(), last, value);
    if (parsed.ptr != last || parsed.ec == std::errc::invalid_argument) return std::nullopt;
    if (parsed.ec == std::errc::result_out_of_range) {
        overflow = huge(number);
        value = overflow ? infinite : 0;
    }
    return negative ? -value : value;
}

// Repeated fields count as one with commas (RFC 9110 5.3). nullopt: no such field.
std::optional<std::string> whole_field(const http::response_head& head, std::string_view name) {
    std::optional<std::string> value;
    for (const auto& field : head.fields()) {
        if (!http::iequals(field.name, name)) continue;
        if (value)
            value->append(", ").append(field.value);
        else
            value = field.value;
    }
    return value;
}

// Seconds the server asks to wait; may be negative, infinite or NaN. nullopt: it does not say.
std::optional<double> server_pause(const http::response_head& head, double wall_seconds) {
    struct form {
        std::string_view name;
        double divisor;
    };
    for (const form& way : {form{"retry-after-ms", 1000}, form{"retry-after", 1}}) {
        const auto text = whole_field(head, way.name);
        if (!text) continue;
        bool overflow = false;
        const auto value = parse_float(*text, overflow);
        if (!value) continue;
        // A number too large for double is a very long wait; "inf" is nonsense and is ignored
        // later.
        if (overflow && *value > 0) return longest_server_pause + 1;
        return *value / way.divisor;
    }
    const auto text = whole_field(head, "retry-after");
    const auto date = text ? parse_http_date(*text) : std::nullopt;
    if (!date) return std::nullopt;
    return static_cast<double>(*date) - wall_seconds;
}

bool status_is_retried(const http::response_head& head) {
    if (const auto wish = whole_field(head, "x-should-retry")) {
        if (*wish == "true") return true;
        if (*wish == "false") return false;
    }
    const int status = head.status;
    return status == 408 || status == 409 || status == 429 || status >= 500;
}

// Rounded up: never earlier than asked.
milliseconds to_pause(double seconds) {
    return milliseconds(static_cast<milliseconds::rep>(std::ceil(seconds * 1000)));
}

milliseconds backoff(attempts so_far, chance now) {
    const double doubled = first_pause * std::pow(2.0, std::min(so_far.taken, 1000));
    return to_pause(std::min(doubled, longest_pause) * (1 - 0.25 * now.random));
}

bool attempts_left(attempts so_far) noexcept {
    return so_far.taken < so_far.max_retries;
}

bool failure_is_retried(const failure& why) noexcept {
    if (why.code.category() != category()) return why.code.failed();
    switch (static_cast<errc>(why.code.value())) {
        case errc::host_not_found:
        case errc::connect_failed:
        case errc::tls_failed:
        case errc::proxy_refused:
        case errc::certificate_refused:
        case errc::connect_timeout:
        case errc::pool_timeout:
        case errc::write_timeout:
        case errc::read_timeout:
        case errc::first_event_timeout:
        case errc::connection_closed:
        case errc::bad_response:
        case errc::header_too_large:
        case errc::too_many_headers:
        case errc::too_many_interim:
        case errc::chunks_too_large:
        case errc::bad_encoding:
        case errc::not_processed:
        case errc::stream_reset:
        case errc::peer_silent:
            return true;
        // Our side gave up, or another attempt would only bring the same answer.
        case errc::proxy_auth:
        case errc::success:
        case errc::cancelled:
        case errc::client_closed:
        case errc::engine_stopped:
        case errc::deadline_timeout:
        case errc::stream_idle_timeout:
        case errc::body_too_large:
        case errc::line_too_large:
        case errc::body_unreadable:
        case errc::bad_json:
        case errc::insecure_redirect:
        case errc::too_many_redirects:
        case errc::end_of_body:
        // Of WebSockets, which the client's own helper connects again.
        case errc::handshake_refused:
        case errc::bad_handshake:
        case errc::bad_frame:
            return false;
    }
    return false;
}

}  // namespace

std::optional<milliseconds> asked_pause(const http::response_head& head, double wall_seconds) {
    const auto asked = server_pause(head, wall_seconds);
    if (!asked || !(*asked > 0 && *asked <= longest_server_pause)) return std::nullopt;
    return to_pause(*asked);
}

decision after_response(const http::response_head& head, attempts so_far, chance now) {
    const bool succeeded = head.status >= 200 && head.status < 300;
    if (succeeded || !attempts_left(so_far)) return {};
    const auto asked = server_pause(head, now.wall_seconds);
    const bool usable = asked && std::isfinite(*asked);
    // Stronger than x-should-retry.
    if (usable && *asked > longest_server_pause) return {};
    if (!status_is_retried(head)) return {};
    return {true, usable && *asked > 0 ? to_pause(*asked) : backoff(so_far, now)};
}

decision after_failure(const failure& why, attempts so_far, chance now) {
    if (!attempts_left(so_far) || !failure_is_retried(why)) return {};
    return {true, backoff(so_far, now)};
}

}  // namespace oai::api
