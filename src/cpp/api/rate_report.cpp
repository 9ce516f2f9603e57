#include "api/rate_report.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include "api/retry_policy.hpp"

namespace oai::api {
namespace {

constexpr double longest_reset = 366.0 * 24 * 3600;

// Seconds; 0: no such unit.
double unit_size(std::string_view unit) noexcept {
    if (unit == "ms") return 0.001;
    if (unit == "s" || unit.empty()) return 1;
    if (unit == "m") return 60;
    if (unit == "h") return 3600;
    return unit == "d" ? 24 * 3600 : 0;
}

std::optional<std::int64_t> parse_count(std::string_view text) noexcept {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

limit_report read_limit(const http::response_head& head, std::string_view what) {
    const auto field = [&](std::string_view kind) {
        std::string name("x-ratelimit-");
        return head.get(name.append(kind).append("-").append(what));
    };
    return {parse_count(field("limit")), parse_count(field("remaining")),
            parse_duration(field("reset"))};
}

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
    if (text.empty()) return std::nullopt;
    double seconds = 0;
    while (!text.empty()) {
        double value = 0;
        const char* const last = text.data() + text.size();
        const auto parsed = std::from_chars(text.data(), last, value, std::chars_format::fixed);
        if (parsed.ec != std::errc() || !(value >= 0)) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
        const std::size_t end = std::min(text.find_first_of("0123456789"), text.size());
        const double size = unit_size(text.substr(0, end));
        if (size == 0) return std::nullopt;
        seconds += value * size;
        text.remove_prefix(end);
    }
    if (!(seconds <= longest_reset)) return std::nullopt;
    return milliseconds(static_cast<milliseconds::rep>(std::ceil(seconds * 1000 - 1e-6)));
}

rate_report read_rate_report(const http::response_head& head, double wall_seconds) {
    rate_report said;
    said.requests = read_limit(head, "requests");
    said.tokens = read_limit(head, "tokens");
    said.retry_after = asked_pause(head, wall_seconds);
    said.refused = head.status == 429;
    return said;
}

}  // namespace oai::api
