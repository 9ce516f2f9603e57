// What `Transport(...)` is told about its connections. GIL held.
#pragma once

#include <Python.h>

#include "http/pool.hpp"

namespace oai::python {

// The arguments of `Transport(...)`, all of them keywords. False with an error set.
bool read_transport_settings(PyObject* args, PyObject* keywords, http::pool_settings& out);

}  // namespace oai::python
