// `Pacer`: rate limits that clients share, and what a call is expected to take of them. GIL held.
#pragma once

#include <Python.h>

#include "python/client.hpp"

namespace oai::python {

// A Pacer and a callable, or None each. False with an error set.
bool read_pacing(borrowed pacer, borrowed estimate, native_client& into);

// For a call of a client that has a pacer. False with an error set: the estimate failed.
bool add_pacing(const native_client& with, api::call_spec& spec);

bool init_pacing(PyObject* module);

}  // namespace oai::python
