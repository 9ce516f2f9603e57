// A request as another HTTP client would send it, over native connections. GIL held.
#pragma once

#include <Python.h>

namespace oai::python {

bool init_verbatim(PyObject* module);

}  // namespace oai::python
