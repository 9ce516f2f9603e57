// Closing a stream a little later, unless its reader comes back: any thread, no Python.
#pragma once

#include <atomic>
#include <memory>

#include "api/event_stream.hpp"

namespace oai::python {

// Closes `events` on the engine in 50 ms if `*wanted` is still true then.
void close_later(std::shared_ptr<api::event_stream> events,
                 std::shared_ptr<std::atomic<bool>> wanted);

}  // namespace oai::python
