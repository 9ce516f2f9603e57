// The way for event loops without add_reader: a daemon thread waits for the port and calls
// call_soon_threadsafe. Needs the GIL to start; the thread itself waits without it.
#pragma once

#include <Python.h>

#include <memory>

#include "bridge/loop_port.hpp"
#include "python/refs.hpp"

namespace oai::python {

// `weak_loop`: a weak reference to the loop; `drain`: called on the loop. False with an error set.
bool start_relay(borrowed weak_loop, borrowed drain, std::shared_ptr<bridge::loop_port> port);

}  // namespace oai::python
