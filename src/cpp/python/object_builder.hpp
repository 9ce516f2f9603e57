// Tokens -> Python objects, by a plan made once per type. GIL held everywhere here.
#pragma once

#include <Python.h>

#include <cstddef>
#include <string_view>

#include "json/document.hpp"

namespace oai::python {

class model_plan;

// The plan for an annotation (a model class, Union, Literal, list[...], Any ...), made at first use
// and kept for the interpreter's life. Null with a Python error set if making it failed.
const model_plan* plan_for(PyObject* annotation);

// A new reference: what the official client's construct_type gives for the same JSON. Null with a
// Python error set on failure.
PyObject* build(const model_plan* plan, const json::document& from, std::size_t index = 0);
// Plain dict, list, str, int, float, bool, None, as json.loads gives.
PyObject* build_plain(const json::document& from, std::size_t index = 0);
// For text that json::document refused: json.loads, then the Python fallback of
// `_models.construct_type`. Raises json.JSONDecodeError as json.loads does.
PyObject* build_from_text(PyObject* annotation, std::string_view text);

}  // namespace oai::python
