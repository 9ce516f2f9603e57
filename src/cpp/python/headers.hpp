// Header lists: checking what users give, merging it over the defaults as the official client does.
// GIL held where Python objects are read.
#pragma once

#include <Python.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"
#include "python/refs.hpp"

namespace oai::python {

using header_list = std::vector<std::pair<std::string, std::string>>;

// What decides the static part of a request head: endpoints with equal shapes share blocks.
struct endpoint_shape {
    unsigned id = 0;     // dense, equal for equal shapes
    bool body = true;    // false: GET, which has no Content-Type
    std::string scheme;  // "bearer", "admin", "none"
    header_list fixed;   // the endpoint's own: Accept, OpenAI-Beta
};

// Interned for the process: there are few different ones.
const endpoint_shape* shape_of(bool body, std::string scheme, header_list fixed);

// A header that can be sent. False with TypeError or ValueError naming the header, never its value.
bool read_header(borrowed name, borrowed value, std::string& name_out, std::string& value_out);
// A list of (name, value) pairs.
bool read_header_pairs(borrowed pairs, header_list& out);

// Replaces the header of that name, whatever its case, or adds it.
void set_header(header_list& list, std::string_view name, std::string_view value);
bool remove_header(header_list& list, std::string_view name);
bool has_header(const header_list& list, std::string_view name) noexcept;
http::header_block block_of(const header_list& list);

// One call's `extra_headers`.
struct call_headers {
    header_list set;
    std::vector<std::string> removed;
    ref cast_to;            // ____stainless_override_cast_to
    bool raw = false;       // X-Stainless-Raw-Response: true
    bool streamed = false;  // the same header: stream, or raw

    bool touches(std::string_view name) const noexcept;
};
bool read_call_headers(borrowed mapping, call_headers& out);

}  // namespace oai::python
