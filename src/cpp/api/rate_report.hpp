// What an answer's head says about the server's rate limits. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/clock.hpp"
#include "http/message.hpp"

namespace oai::api {

struct limit_report {
    std::optional<std::int64_t> limit;      // a minute
    std::optional<std::int64_t> remaining;  // right after this request
    std::optional<milliseconds> reset;      // until all of it is there again
};

struct rate_report {
    limit_report requests, tokens;
    std::optional<milliseconds> retry_after;
    bool refused = false;  // 429
};

rate_report read_rate_report(const http::response_head& head, double wall_seconds);

// "6m0s", "12ms", "1h2m3.5s", "0.25": rounded up. nullopt: none, or longer than a year.
std::optional<milliseconds> parse_duration(std::string_view text);

}  // namespace oai::api
