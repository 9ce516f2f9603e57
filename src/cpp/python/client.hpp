// `Transport` and `NativeClient`: what one client's calls have in common, prepared once. GIL held.
#pragma once

#include <Python.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.hpp"
#include "core/clock.hpp"
#include "python/headers.hpp"
#include "python/refs.hpp"
#include "python/watch.hpp"

namespace oai::python {

// The four clocks and what the read clock is called in x-stainless-read-timeout (empty: no limit).
struct clock_settings {
    timeouts clocks;
    std::string read_text;
};

// Seconds, or None: no limit. False with an error set.
bool read_limit(borrowed value, limit& out);

// A number, None, (connect, read, write, pool), or an object with these attributes. False with an
// error set.
bool read_timeout_argument(borrowed value, clock_settings& out);

struct native_client {
    std::shared_ptr<api::transport> via;
    std::shared_ptr<const http::origin> to;
    std::string base_path;  // no slash at its end
    std::vector<std::pair<std::string, header_list>> schemes;
    std::string default_query;
    clock_settings clocks;
    api::call_bounds bounds;
    int max_retries = 2;
    std::string idempotency_header;
    bool strict = false;  // answers are validated, by Python
    bool prepare = false;
    bool blocking = false;  // the calling thread waits
    bool prepared = false;  // by Python, its calls one by one: they take no detour
    bool asks = false;      // its calls ask for credentials before each retry
    bool follow_redirects = true;
    std::shared_ptr<api::pacer> pacer;  // null: calls go at once
    ref estimate;                       // of prompt tokens, a callable; null: the pacer's own
    watch_list watch;                   // once disturbed, its calls are prepared

    const header_list* scheme(std::string_view name) const noexcept;
    // The complete header block for calls of one shape (see `endpoint_shape`), made at first use.
    // `own_clock`: without the client's x-stainless-read-timeout.
    std::shared_ptr<const http::header_block> head_for(const endpoint_shape& shape,
                                                       bool own_clock) const;
    // The same as a list, for calls that change one of its headers.
    header_list headers_for(const endpoint_shape& shape, bool own_clock) const;

    mutable std::vector<std::shared_ptr<const http::header_block>> heads;
};

// The connections in `object`; null with TypeError if it is no Transport.
std::shared_ptr<api::transport> transport_in(borrowed object);

// The settings in `object`; null with TypeError if it is no NativeClient.
const native_client* native_client_in(borrowed object);

bool init_client(PyObject* module);

}  // namespace oai::python
