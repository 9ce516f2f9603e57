// `Endpoint`: one API method, prepared once and called like a function. GIL held.
#pragma once

#include <Python.h>

namespace oai::python {

bool init_endpoint(PyObject* module);

}  // namespace oai::python
