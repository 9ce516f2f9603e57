// Threads that wait with the GIL released, and Python's signal handlers.
#pragma once

#include "core/clock.hpp"

namespace oai::python {

// A signal may be delivered to any thread and is then handled on the main one, which has to look
// (PyErr_CheckSignals) between waits of at most this length. Other threads just wait.
limit longest_wait() noexcept;

}  // namespace oai::python
