// How connections reach their origins, as Python says it. GIL held.
#pragma once

#include <Python.h>

#include "net/proxy_rules.hpp"
#include "python/refs.hpp"

namespace oai::python {

// `proxies=`, `uds=` and `local_address=` as Transport and WebSocket take them; null: not given.
struct routing_arguments {
    PyObject *proxies = nullptr, *uds = nullptr, *local_address = nullptr;
};

// False with an error set.
bool read_routing(const routing_arguments& given, net::routing& out);
// A path of a unix socket: text, or None. False with an error set.
bool read_unix_path(borrowed value, std::string& out);

}  // namespace oai::python
