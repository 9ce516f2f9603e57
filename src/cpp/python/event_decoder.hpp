// Event streams that another HTTP client reads: bytes in, Python objects out. GIL held.
#pragma once

#include <Python.h>

namespace oai::python {

bool init_event_decoder(PyObject* module);

}  // namespace oai::python
