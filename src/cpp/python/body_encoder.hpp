// Bodies that Python makes: forms with files, raw content. GIL held.
#pragma once

#include <Python.h>

#include "http/message.hpp"
#include "python/endpoint_spec.hpp"
#include "python/headers.hpp"

namespace oai::python {

// Calls `encoder.encode(values, extra_body, content_type)` of the endpoint: the body's parameters
// by wire name, and the Content-Type among the call's own headers (None: not given, "": removed).
// It answers (content type or None, [bytes or FileRange ...]), or None: the body is JSON after all,
// and `encoded` stays false. False with a Python error set.
bool encode_body(const endpoint& to, borrowed values, borrowed extra, call_headers& headers,
                 http::request& into, bool& encoded);

// A list of bytes and FileRange becomes the body. False with a Python error set.
bool take_body_parts(borrowed parts, http::request& into);

}  // namespace oai::python
