// Fork, interpreter exit, and the counts that leak tests look at. GIL held.
#pragma once

#include <Python.h>

namespace oai::python {

// Adds stop_engine() and live_objects(); registers with atexit and os.register_at_fork.
bool init_life_cycle(PyObject* module);

}  // namespace oai::python
