// Closing a stream a little later, unless its reader comes back. Any thread.
#pragma once

#include <atomic>
#include <memory>

#include "api/event_stream.hpp"

namespace oai::api {

// Closes `events` on the engine in 50 ms if `*wanted` is still true then; an engine that stops
// before only drops it.
void close_later(std::shared_ptr<event_stream> events, std::shared_ptr<std::atomic<bool>> wanted);

}  // namespace oai::api
