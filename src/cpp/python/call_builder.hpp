// The arguments of one call -> the request the engine sends. GIL held.
#pragma once

#include <Python.h>

#include "api/call.hpp"
#include "python/client.hpp"
#include "python/endpoint_spec.hpp"
#include "python/headers.hpp"

namespace oai::python {

// What Endpoint.__call__ was given; borrowed, null where nothing was given.
struct call_arguments {
    borrowed client = nullptr;
    borrowed values = nullptr;  // a tuple
    borrowed extra_headers = nullptr;
    borrowed extra_query = nullptr;
    borrowed extra_body = nullptr;
    borrowed timeout = nullptr;
};

// The parameters that are not `omit`, and what else the request needs to know about them.
struct built_call {
    api::call_spec spec;
    call_headers headers;
    bool events = false;
    bool strict = false;
};

// The path of a call, its values filled in and encoded. False with a Python error set, also where
// required parameters are missing. `target` holds what comes before.
bool write_call_path(const endpoint& to, borrowed values, std::string& target);

// Null with a Python error set; nothing was sent.
bool build_call(const endpoint& to, const native_client& with, const call_arguments& given,
                built_call& out);

}  // namespace oai::python
