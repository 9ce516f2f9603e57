// An API method taken apart once: verb, path, parameters, types of its results. GIL held.
#pragma once

#include <Python.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "python/headers.hpp"
#include "python/object_builder.hpp"
#include "python/refs.hpp"

namespace oai::python {

enum class place : unsigned char { path, query, body, header };

struct parameter {
    ref python_name;
    ref wire_name;
    place where = place::body;
    std::string member;  // of the body: `"model":`
};

// What a response becomes.
struct target {
    enum class kind : unsigned char {
        unresolved,
        nothing,  // None, whatever came
        model,    // a class of pydantic models
        other,    // any other type that a plan covers
        python,   // str, binary content ...: LegacyAPIResponse.parse decides
        chunk,    // bytes as they come: the pieces of a streamed body
    };
    ref annotation;
    const model_plan* plan = nullptr;
    kind is = kind::unresolved;
};

// `spec`: "module:Name", a type or None. False with an error set.
bool resolve_target(borrowed spec, target& out);

struct endpoint {
    std::string method;
    ref path_text;
    std::vector<std::string> literals;  // one more than `path_parameters`
    std::vector<std::size_t> path_parameters;
    std::vector<parameter> parameters;
    std::optional<std::size_t> stream_parameter;  // a true value makes the answer an event stream
    std::vector<std::vector<std::size_t>> required;  // any one of these groups must be given
    const endpoint_shape* shape = nullptr;
    ref cast_spec, stream_cast_spec;
    ref encoder;  // makes the body, unless it answers None (see body_encoder.hpp); null: JSON
    ref security;
    ref facts;                 // the arguments by name, for calls that Python makes
    target cast, stream_cast;  // resolved at first use
    bool has_body = false;
    bool sends_body = true;  // false: GET
    bool synthesize = false;
    bool always_streams = false;
    bool legacy_events = true;  // stream_mode "legacy"
};

// From the arguments of Endpoint(...). False with an error set.
bool read_endpoint(endpoint& out, PyObject* args, PyObject* keywords);

}  // namespace oai::python
