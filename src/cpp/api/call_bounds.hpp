// How long and how large a call may get beyond the four clocks of the official client. Nothing of
// it is on unless somebody asks.
#pragma once

#include <cstdint>
#include <limits>

#include "core/clock.hpp"

namespace oai::api {

struct call_bounds {
    limit deadline;     // of the whole call: attempts, pauses, redirects, a stream to its end
    limit first_event;  // of each attempt: from its start to a stream's first event
    limit stream_idle;  // from one event of a stream to the next
    std::uint64_t body = std::numeric_limits<std::uint64_t>::max();  // decoded bytes
};

}  // namespace oai::api
