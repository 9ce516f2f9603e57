// `BlockingEventIterator`: how threads read a stream. GIL held.
#pragma once

#include <Python.h>

#include "python/blocking_events.hpp"

namespace oai::python {

// Null with an error set.
ref make_blocking_iterator(std::unique_ptr<blocking_events> events);

bool init_blocking_iterator(PyObject* module);

}  // namespace oai::python
