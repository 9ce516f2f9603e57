// `ClientCertificate` and `TlsContext`: parts of TLS settings that are checked when they are made,
// and the settings read from keyword arguments. GIL held.
#pragma once

#include <Python.h>

#include "net/tls.hpp"
#include "python/refs.hpp"

namespace oai::python {

// As `Transport` and `WebSocket` take them; the objects may be null or None.
struct tls_arguments {
    int verify = 1;
    const char *ca_file = "", *ca_dir = "";
    borrowed ca_data = nullptr, certificate = nullptr, context = nullptr;
};

// False with an error set.
bool read_tls_arguments(const tls_arguments& given, net::tls_settings& out);

bool init_tls_objects(PyObject* module);

}  // namespace oai::python
