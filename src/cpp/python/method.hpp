// A request's method as users give it. GIL held.
#pragma once

#include <Python.h>

#include <string>

#include "core/ascii.hpp"

namespace oai::python {

// Nothing that would end the request line, or begin another one.
inline bool read_method(const char* text, std::string& out) {
    out = text;
    if (is_token(out)) return true;
    PyErr_Format(PyExc_ValueError, "method must be a word such as GET or POST, not '%s'", text);
    return false;
}

}  // namespace oai::python
