// Whether a failed attempt is made again, and after what pause: the official client's rules. Pure:
// the caller brings the wall clock and the random number.
#pragma once

#include <optional>

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "http/message.hpp"

namespace oai::api {

struct attempts {
    int max_retries = 2;
    int taken = 0;  // retries already made
};

struct chance {
    double wall_seconds = 0;  // now, in seconds since 1970: Retry-After may be a date
    double random = 0;        // in [0, 1)
};

struct decision {
    bool retry = false;
    milliseconds pause{0};
};

// The pause that the server asks for (Retry-After and its kin), up to the longest one that is kept.
std::optional<milliseconds> asked_pause(const http::response_head& head, double wall_seconds);

// After a response; a successful one (2xx) is never retried.
decision after_response(const http::response_head& head, attempts so_far, chance now);

// After an attempt without a usable response: timeouts and connection errors are retried, whatever
// was sent, since every call carries the same idempotency key.
decision after_failure(const failure& why, attempts so_far, chance now);

}  // namespace oai::api
