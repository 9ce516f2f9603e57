// One API call that the calling thread waits for. GIL held, released while waiting.
#pragma once

#include <Python.h>

#include "python/call_builder.hpp"
#include "python/endpoint_spec.hpp"
#include "python/refs.hpp"

namespace oai::python {

// `owner`: the Endpoint object `to` lives in. The result, or null with an error set.
ref make_blocking_call(borrowed owner, endpoint& to, const native_client& with, borrowed client,
                       built_call&& built);

}  // namespace oai::python
