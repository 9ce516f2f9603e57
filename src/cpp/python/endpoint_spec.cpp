#include "python/endpoint_spec.hpp"

#include <algorithm>

#include "json/writer.hpp"
#include "python/interned.hpp"
#include "python/method.hpp"
#include "python/url_writer.hpp"

namespace oai::python {
namespace {

bool read_place(const char* text, place& out) {
    constexpr const char* words[] = {"path", "query", "body", "header"};
    for (std::size_t i = 0; i < std::size(words); ++i) {
        if (std::string_view(words[i]) != text) continue;
        out = static_cast<place>(i);
        return true;
    }
    PyErr_Format(PyExc_ValueError, "unknown place of a parameter: %s", text);
    return false;
}

bool read_parameters(borrowed given, endpoint& out) {
    const ref list = ref::steal(PySequence_Fast(given, "params must be a tuple"));
    for (Py_ssize_t i = 0; list && i < PySequence_Fast_GET_SIZE(list.get()); ++i) {
        PyObject *python_name, *wire_name;
        const char* where;
        parameter& made = out.parameters.emplace_back();
        if (!PyArg_ParseTuple(PySequence_Fast_GET_ITEM(list.get(), i), "UUs", &python_name,
                              &wire_name, &where) ||
            !read_place(where, made.where))
            return false;
        made.python_name = ref::share(python_name);
        made.wire_name = ref::share(wire_name);
        const char* text = PyUnicode_AsUTF8(wire_name);
        if (text == nullptr) return false;
        json::write_string(made.member, text);
        made.member.push_back(':');
        out.has_body |= made.where == place::body;
        if ((made.where == place::body || made.where == place::query) &&
            std::string_view(text) == "stream")
            out.stream_parameter = static_cast<std::size_t>(i);
    }
    return static_cast<bool>(list);
}

bool is_named(const parameter& each, const std::string& name) {
    return PyUnicode_CompareWithASCIIString(each.wire_name.get(), name.c_str()) == 0 ||
           PyUnicode_CompareWithASCIIString(each.python_name.get(), name.c_str()) == 0;
}

// "/models/{model}" -> literals around parameters; braces that name no path parameter stay text.
void split_path(std::string_view path, endpoint& out) {
    std::string literal;
    while (!path.empty()) {
        const std::size_t open = path.find('{');
        literal.append(path.substr(0, open));
        if (open == path.npos) break;
        const std::size_t close = path.find('}', open);
        const std::string name(path.substr(open + 1, close - open - 1));
        const auto found =
            std::find_if(out.parameters.begin(), out.parameters.end(), [&](const parameter& each) {
                return each.where == place::path && is_named(each, name);
            });
        if (close == path.npos || found == out.parameters.end()) {
            literal.push_back('{');
            path.remove_prefix(open + 1);
            continue;
        }
        out.literals.push_back(encode_literal(literal));
        out.path_parameters.push_back(static_cast<std::size_t>(found - out.parameters.begin()));
        literal.clear();
        path.remove_prefix(close + 1);
    }
    out.literals.push_back(encode_literal(literal));
}

bool read_required(borrowed given, endpoint& out) {
    const ref groups = ref::steal(PySequence_Fast(given, "required must be a tuple of tuples"));
    for (Py_ssize_t i = 0; groups && i < PySequence_Fast_GET_SIZE(groups.get()); ++i) {
        const ref group = ref::steal(PySequence_Fast(PySequence_Fast_GET_ITEM(groups.get(), i),
                                                     "required must be a tuple of tuples"));
        if (!group) return false;
        auto& indexes = out.required.emplace_back();
        for (Py_ssize_t j = 0; j < PySequence_Fast_GET_SIZE(group.get()); ++j) {
            PyObject* name = PySequence_Fast_GET_ITEM(group.get(), j);
            const auto found = std::find_if(
                out.parameters.begin(), out.parameters.end(), [&](const parameter& each) {
                    return PyObject_RichCompareBool(each.python_name.get(), name, Py_EQ) == 1;
                });
            if (found == out.parameters.end()) {
                PyErr_Format(PyExc_ValueError, "required names an unknown parameter: %R", name);
                return false;
            }
            indexes.push_back(static_cast<std::size_t>(found - out.parameters.begin()));
        }
    }
    return static_cast<bool>(groups);
}

target::kind kind_of(borrowed annotation) {
    if (annotation == Py_None || annotation == reinterpret_cast<PyObject*>(Py_TYPE(Py_None)))
        return target::kind::nothing;
    if (!PyType_Check(annotation)) return target::kind::other;
    auto* type = reinterpret_cast<PyTypeObject*>(annotation);
    PyObject* model = get(global::base_model);
    if (model != nullptr && PyType_IsSubtype(type, reinterpret_cast<PyTypeObject*>(model)))
        return target::kind::model;
    if (type == &PyBaseObject_Type || type == &PyDict_Type || type == &PyList_Type)
        return target::kind::other;
    return target::kind::python;
}

}  // namespace

bool resolve_target(borrowed spec, target& out) {
    if (PyUnicode_Check(spec)) {
        const char* text = PyUnicode_AsUTF8(spec);
        if (text == nullptr) return false;
        const std::string_view all = text;
        const std::size_t colon = all.find(':');
        if (colon == all.npos) {
            PyErr_Format(PyExc_ValueError, "expected 'module:Name', not %R", spec);
            return false;
        }
        out.annotation =
            ref::steal(import_object(std::string(all.substr(0, colon)).c_str(), text + colon + 1));
    } else {
        out.annotation = ref::share(spec);
    }
    if (!out.annotation) return false;
    const target::kind is = kind_of(out.annotation.get());
    if (PyErr_Occurred()) return false;
    if (is == target::kind::model || is == target::kind::other) {
        out.plan = plan_for(out.annotation.get());
        if (out.plan == nullptr) return false;
    }
    out.is = is;
    return true;
}

bool read_endpoint(endpoint& out, PyObject* args, PyObject* keywords) {
    static const char* known[] = {
        "method",         "path",        "params",  "cast_to",
        "stream_cast_to", "security",    "headers", "synthesize_event_and_data",
        "required",       "stream_mode", "encoder", "always_streams",
        nullptr};
    const char *method, *path, *security = "bearer", *stream_mode = "legacy";
    PyObject *params = nullptr, *cast = Py_None, *stream_cast = Py_None, *headers = nullptr,
             *required = nullptr, *encoder = nullptr;
    int synthesize = 0, always_streams = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "ss|$OOOsOpOsOp:Endpoint",
                                     const_cast<char**>(known), &method, &path, &params, &cast,
                                     &stream_cast, &security, &headers, &synthesize, &required,
                                     &stream_mode, &encoder, &always_streams))
        return false;
    if (!read_method(method, out.method)) return false;
    out.sends_body = out.method != "GET";
    out.path_text = ref::steal(PyUnicode_FromString(path));
    out.security = ref::steal(PyUnicode_FromString(security));
    out.facts = ref::steal(keywords != nullptr ? PyDict_Copy(keywords) : PyDict_New());
    out.cast_spec = ref::share(cast);
    out.stream_cast_spec = ref::share(stream_cast);
    if (encoder != nullptr && encoder != Py_None) out.encoder = ref::share(encoder);
    out.always_streams = always_streams != 0;
    out.synthesize = synthesize != 0;
    out.legacy_events = std::string_view(stream_mode) == "legacy";
    if (!out.path_text || !out.security || !out.facts) return false;
    header_list fixed;
    if (headers != nullptr && !read_header_pairs(headers, fixed)) return false;
    out.shape = shape_of(out.sends_body, security, std::move(fixed));
    if (params != nullptr && !read_parameters(params, out)) return false;
    if (required != nullptr && !read_required(required, out)) return false;
    split_path(path, out);
    return true;
}

}  // namespace oai::python
