#include "python/call_builder.hpp"

#include <algorithm>

#include "python/body_encoder.hpp"
#include "python/body_writer.hpp"
#include "python/interned.hpp"
#include "python/request_writer.hpp"
#include "python/url_writer.hpp"

namespace oai::python {
namespace {

PyObject* value_of(borrowed values, std::size_t index) {
    return PyTuple_GET_ITEM(values, static_cast<Py_ssize_t>(index));
}

bool check_count(const endpoint& to, borrowed values) {
    if (PyTuple_GET_SIZE(values) == static_cast<Py_ssize_t>(to.parameters.size())) return true;
    PyErr_Format(PyExc_TypeError, "%U takes %zd values, not %zd", to.path_text.get(),
                 static_cast<Py_ssize_t>(to.parameters.size()), PyTuple_GET_SIZE(values));
    return false;
}

std::string joined(const std::vector<std::string>& words, const char* last) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 < words.size() ? ", " : std::string(" ") + last + " ";
        out += words[i];
    }
    return out;
}

// The official client's words for calls that fit none of a method's overloads.
bool check_required(const endpoint& to, borrowed values) {
    const auto is_given = [&](std::size_t at) { return !is_omitted(value_of(values, at)); };
    const auto fits = [&](const auto& group) { return std::ranges::all_of(group, is_given); };
    if (to.required.empty() || std::ranges::any_of(to.required, fits)) return true;
    std::vector<std::string> groups;
    std::vector<std::string> missing;
    for (const auto& group : to.required) {
        std::vector<std::string> names;
        missing.clear();
        for (const std::size_t index : group) {
            const char* text = PyUnicode_AsUTF8(to.parameters[index].python_name.get());
            if (text == nullptr) return false;
            names.push_back("'" + std::string(text) + "'");
            if (!is_given(index)) missing.push_back(names.back());
        }
        groups.push_back("(" + joined(names, "and") + ")");
    }
    const std::string text = groups.size() > 1
                                 ? "Missing required arguments; Expected either " +
                                       joined(groups, "or") + " arguments to be given"
                                 : std::string("Missing required argument") +
                                       (missing.size() > 1 ? "s: " : ": ") + joined(missing, "or");
    PyErr_SetString(PyExc_TypeError, text.c_str());
    return false;
}

bool write_path(const endpoint& to, borrowed values, std::string& target) {
    target += to.literals.front();
    for (std::size_t i = 0; i < to.path_parameters.size(); ++i) {
        const std::size_t index = to.path_parameters[i];
        PyObject* value = value_of(values, index);
        const int truth = PyObject_IsTrue(value);
        if (truth < 0) return false;
        if (truth == 0) {
            PyErr_Format(PyExc_ValueError, "Expected a non-empty value for `%U` but received %R",
                         to.parameters[index].python_name.get(), value);
            return false;
        }
        if (!write_path_value(target, value)) return false;
        target += to.literals[i + 1];
    }
    const std::string_view path = target;
    return check_dot_segments(path.substr(0, path.find('?')));
}

bool write_query(const endpoint& to, const native_client& with, const call_arguments& given,
                 std::string& target) {
    std::string query;
    std::vector<std::string> names;  // they replace the client's default query
    query_writer writer(query);
    const bool defaults = !with.default_query.empty();
    const auto add = [&](PyObject* name, PyObject* value) {
        if (defaults && !encode_query_name(name, names.emplace_back())) return false;
        return writer.add(name, value);
    };
    const bool extra = given.extra_query != nullptr && given.extra_query != Py_None;
    for (std::size_t i = 0; i < to.parameters.size(); ++i) {
        const parameter& each = to.parameters[i];
        if (each.where != place::query || is_omitted(value_of(given.values, i))) continue;
        if (extra) {
            const int replaced = PyMapping_Check(given.extra_query)
                                     ? PySequence_Contains(given.extra_query, each.wire_name.get())
                                     : 0;
            if (replaced < 0) return false;
            if (replaced > 0) continue;
        }
        if (!add(each.wire_name.get(), value_of(given.values, i))) return false;
    }
    if (extra) {
        const ref items = ref::steal(PyMapping_Items(given.extra_query));
        if (!items) return false;
        for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); ++i) {
            PyObject *name, *value;
            if (!PyArg_ParseTuple(PyList_GET_ITEM(items.get(), i), "OO", &name, &value) ||
                !add(name, value))
                return false;
        }
    }
    if (defaults) {
        std::string kept = without_names(with.default_query, names);
        if (!kept.empty() && !query.empty()) kept.push_back('&');
        query = kept + query;
    }
    if (query.empty()) return true;
    target.push_back(target.find('?') == target.npos ? '?' : '&');
    target += query;
    return true;
}

bool add_header_parameters(const endpoint& to, const call_arguments& given, call_headers& headers) {
    for (std::size_t i = 0; i < to.parameters.size(); ++i) {
        const parameter& each = to.parameters[i];
        PyObject* value = value_of(given.values, i);
        if (each.where != place::header || value == Py_None || is_omitted(value)) continue;
        ref text = ref::share(value);
        if (PyList_Check(value) || PyTuple_Check(value)) {
            const ref comma = ref::steal(PyUnicode_FromString(","));
            text = comma ? ref::steal(PyUnicode_Join(comma.get(), value)) : ref();
        } else if (!PyUnicode_Check(value)) {
            text = ref::steal(PyObject_Str(value));
        }
        std::string name_out, value_out;
        if (!text || !read_header(each.wire_name.get(), text.get(), name_out, value_out))
            return false;
        if (!headers.touches(name_out)) set_header(headers.set, name_out, value_out);
    }
    return true;
}

// The official client's key: one for all attempts of a call.
bool idempotency_key(std::string& out) {
    static PyObject* const make = import_object("uuid", "uuid4");
    const ref id = make != nullptr ? ref::steal(PyObject_CallNoArgs(make)) : ref();
    const ref text = id ? ref::steal(PyObject_Str(id.get())) : ref();
    const char* bytes = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
    if (bytes == nullptr) return false;
    out = std::string("stainless-python-retry-") + bytes;
    return true;
}

bool read_own_headers(const endpoint& to, const call_arguments& given, call_headers& own) {
    if (given.extra_headers != nullptr && given.extra_headers != Py_None &&
        !read_call_headers(given.extra_headers, own))
        return false;
    return add_header_parameters(to, given, own);
}

bool write_headers(const endpoint& to, const native_client& with, const call_arguments& given,
                   built_call& out) {
    call_headers& own = out.headers;
    out.spec.bounds = with.bounds;
    bool own_clock = given.timeout != nullptr;
    if (own_clock) {
        clock_settings clocks;
        if (!read_timeout_argument(given.timeout, clocks)) return false;
        out.spec.clocks = clocks.clocks;
        if (!clocks.read_text.empty() && !own.touches("x-stainless-read-timeout"))
            set_header(own.set, "x-stainless-read-timeout", clocks.read_text);
    } else {
        out.spec.clocks = with.clocks.clocks;
        own_clock = own.touches("x-stainless-read-timeout");
    }
    out.spec.send_retry_count = !own.touches("x-stainless-retry-count");
    if (to.sends_body && !with.idempotency_header.empty() &&
        !own.touches(with.idempotency_header)) {
        std::string key;
        if (!idempotency_key(key)) return false;
        set_header(own.set, with.idempotency_header, key);
    }

    http::request& request = out.spec.request;
    request.fixed = with.head_for(*to.shape, own_clock);
    if (own.set.empty() && own.removed.empty()) return true;
    header_list merged = with.headers_for(*to.shape, own_clock);
    bool changed = false;
    for (const std::string& name : own.removed) changed |= remove_header(merged, name);
    for (const auto& [name, value] : own.set) {
        // GET requests have no body to describe.
        if (!to.sends_body && http::iequals(name, "content-type")) continue;
        if (has_header(merged, name)) {
            changed = true;
            set_header(merged, name, value);
        } else {
            request.extra.add(name, value);
        }
    }
    if (changed) request.fixed = std::make_shared<http::header_block>(block_of(merged));
    return true;
}

bool wants_events(const endpoint& to, const call_arguments& given, bool& out) {
    if (!to.stream_parameter) {
        out = to.always_streams;
        return true;
    }
    const int truth = PyObject_IsTrue(value_of(given.values, *to.stream_parameter));
    if (truth < 0) return false;
    out = truth > 0;
    return true;
}

}  // namespace

bool write_call_path(const endpoint& to, borrowed values, std::string& target) {
    return check_count(to, values) && check_required(to, values) && write_path(to, values, target);
}

bool build_call(const endpoint& to, const native_client& with, const call_arguments& given,
                built_call& out) {
    http::request& request = out.spec.request;
    request.target = with.base_path;
    if (!write_call_path(to, given.values, request.target) ||
        !write_query(to, with, given, request.target) || !read_own_headers(to, given, out.headers))
        return false;
    // Before the other headers: an encoded body names its own type.
    bool encoded = false;
    if (to.encoder &&
        !encode_body(to, given.values, given.extra_body, out.headers, request, encoded))
        return false;
    if (!write_headers(to, with, given, out) || !wants_events(to, given, out.events)) return false;
    if (to.sends_body && !encoded && !write_body(request.body, to, given.values, given.extra_body))
        return false;
    request.method = to.method;
    out.spec.to = with.to;
    out.spec.max_retries = with.max_retries;
    out.strict = with.strict;
    out.spec.follow_redirects = with.follow_redirects;
    out.spec.asks_before_retry = with.asks;
    return true;
}

}  // namespace oai::python
