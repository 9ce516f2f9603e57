// The OpenSSL object inside a Python `ssl.SSLContext`. GIL held.
#pragma once

#include <Python.h>
#include <openssl/ssl.h>

#include "python/refs.hpp"

namespace oai::python {

// Null where it cannot be told, or belongs to another OpenSSL than ours: two copies of the library
// in one process cannot share objects. Never sets an error.
SSL_CTX* openssl_context_in(borrowed context) noexcept;

}  // namespace oai::python
