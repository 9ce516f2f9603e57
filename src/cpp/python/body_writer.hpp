// One call's parameters and `extra_body` -> its JSON body. GIL held; false means a Python error is
// set.
#pragma once

#include <Python.h>

#include <string>

#include "python/endpoint_spec.hpp"

namespace oai::python {

// Leaves `out` empty if the call has no body. Members of `extra` (null or None: none) replace
// parameters of that name and follow the others; `omit` among them removes.
bool write_body(std::string& out, const endpoint& to, borrowed values, borrowed extra);

}  // namespace oai::python
