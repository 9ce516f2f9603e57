// `RawResponse`: a response as it came, with the request behind it. Made for errors, streams and
// raw responses only; the road of a plain call does without. GIL held.
#pragma once

#include <Python.h>

#include <string>
#include <string_view>

#include "api/call.hpp"
#include "python/refs.hpp"

namespace oai::python {

// Takes head, body, request and timing out of `from`. Null with an error set.
ref make_raw_response(api::outcome&& from);

// A str from header bytes: Latin-1, as the HTTP libraries of Python do.
ref header_text(std::string_view bytes);
// The body as text: the charset of `content_type` if Python knows it, else UTF-8; bad bytes
// replaced.
ref body_text(std::string_view body, std::string_view content_type);

bool init_raw_response(PyObject* module);

}  // namespace oai::python
