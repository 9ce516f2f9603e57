// Monotonic time for deadlines, pauses and timing.
#pragma once

#include <chrono>
#include <optional>

namespace oai {

using steady = std::chrono::steady_clock;
using time_point = steady::time_point;
using std::chrono::milliseconds;

// nullopt: no limit.
using limit = std::optional<milliseconds>;

// The four clocks of the official client (httpx Timeout).
struct timeouts {
    limit connect = milliseconds(5'000);
    limit read = milliseconds(600'000);
    limit write = milliseconds(600'000);
    limit pool = milliseconds(600'000);
};

}  // namespace oai
