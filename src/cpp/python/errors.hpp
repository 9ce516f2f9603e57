// The one table from failures below Python to the SDK's exceptions. GIL held.
#pragma once

#include <Python.h>

#include <optional>

#include "api/call.hpp"
#include "core/failure.hpp"
#include "python/refs.hpp"

namespace oai::python {

// Names that the Python side gives advice by; the system's own codes have one in common.
const char* name_of(const error_code& code) noexcept;

// Each raises; callers return null after it. `raw`: the RawResponse. `missed`: said in a note.
using missed_retry = std::optional<api::missed_retry>;
void raise_status_error(borrowed raw, const missed_retry& missed);
void raise_connection_error(borrowed raw, const failure& why, const missed_retry& missed = {});
void raise_stream_error(borrowed raw, borrowed data);
// Turns the error being raised into the SDK's if it is a JSONDecodeError; leaves others alone.
void raise_decode_error(borrowed raw);

}  // namespace oai::python
