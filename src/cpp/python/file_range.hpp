// `FileRange`: a part of a file that a request's body sends from disk. GIL held.
#pragma once

#include <Python.h>

#include "net/file.hpp"
#include "python/refs.hpp"

namespace oai::python {

// Null, without an error, if `object` is no FileRange.
const net::file_range* file_range_in(borrowed object) noexcept;

bool init_file_range(PyObject* module);

}  // namespace oai::python
