// `EventIterator`: how tasks read a stream. GIL held.
#pragma once

#include <Python.h>

#include "python/event_source.hpp"

namespace oai::python {

// Null with an error set.
ref make_event_iterator(std::unique_ptr<event_source> source);

bool init_event_iterator(PyObject* module);

}  // namespace oai::python
