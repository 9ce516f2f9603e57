// Adds `build(cast_to, content)` to the module.
#pragma once

#include <Python.h>

namespace oai::python {

// False with a Python error set.
bool init_models(PyObject* module);

}  // namespace oai::python
