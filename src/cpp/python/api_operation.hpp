// One API call as seen from its event loop: started here, and turned into its result here. GIL
// held.
#pragma once

#include <Python.h>

#include <memory>

#include "python/call_builder.hpp"
#include "python/endpoint_spec.hpp"
#include "python/loop.hpp"
#include "python/refs.hpp"

namespace oai::python {

// Starts the call on `home`. `owner`: the Endpoint object `to` lives in. A new Call, or null with
// an error set.
ref start_call(std::shared_ptr<loop_state> home, borrowed owner, endpoint& to,
               const native_client& with, borrowed client, built_call&& built);

}  // namespace oai::python
