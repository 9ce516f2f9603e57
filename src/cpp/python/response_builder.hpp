// A successful response -> the object the caller wants, as the official client parses it. GIL held.
#pragma once

#include "api/call.hpp"
#include "python/endpoint_spec.hpp"
#include "python/refs.hpp"

namespace oai::python {

// Takes `came` apart only to report an error. Null with an error set.
ref build_response(const target& into, api::outcome& came);

// A parsed document that came without a response of its own: an event. `null` gives None.
ref build_document(const target& into, const json::document& document);
// The same from text. Raises ValueError if it is not JSON by Python's rules either.
ref build_text(const target& into, std::string_view text);

}  // namespace oai::python
