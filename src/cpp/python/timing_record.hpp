// When the stages of a call were over, as bytes for `_timing.Timing`: one small object that can be
// pickled, made for every response. GIL held.
#pragma once

#include "api/call.hpp"
#include "python/refs.hpp"

namespace oai::python {

// struct format "=8dib": queued, resolved, dialed, secured, connected, sent, head, done (seconds
// since the call was made, negative: did not happen), retries taken, connection reused.
ref timing_record(const api::outcome& came);

}  // namespace oai::python
