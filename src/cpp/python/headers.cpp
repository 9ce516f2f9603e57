#include "python/headers.hpp"

#include <algorithm>
#include <deque>

#include "core/ascii.hpp"
#include "python/interned.hpp"
#include "python/request_writer.hpp"

namespace oai::python {
namespace {

constexpr std::string_view cast_override = "____stainless_override_cast_to";
constexpr std::string_view raw_marker = "x-stainless-raw-response";

// The framing of a message is the connection's business: a wrong length would corrupt what follows.
bool is_framing(std::string_view name) noexcept {
    return http::iequals(name, "content-length") || http::iequals(name, "transfer-encoding");
}

bool check_value(const std::string& name, std::string_view value) {
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto c = static_cast<unsigned char>(value[i]);
        if ((c >= 0x20 && c < 0x7f) || c == '\t') continue;
        PyErr_Format(PyExc_ValueError, "header %s: the value holds a %s at position %zd",
                     name.c_str(), c < 0x80 ? "control character" : "non-ASCII character",
                     static_cast<Py_ssize_t>(i));
        return false;
    }
    return true;
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

auto find(header_list& list, std::string_view name) {
    return std::find_if(list.begin(), list.end(),
                        [&](const auto& each) { return http::iequals(each.first, name); });
}

bool read_name(borrowed name, std::string& out) {
    Py_ssize_t size = 0;
    const char* text = PyUnicode_Check(name) ? PyUnicode_AsUTF8AndSize(name, &size) : nullptr;
    if (text != nullptr && is_token({text, static_cast<std::size_t>(size)})) {
        out.assign(text, static_cast<std::size_t>(size));
        return true;
    }
    if (drop_error())
        PyErr_Format(PyUnicode_Check(name) ? PyExc_ValueError : PyExc_TypeError,
                     "%R is not a valid header name", name);
    return false;
}

bool read_value(const std::string& name, borrowed value, std::string& out) {
    if (PyBytes_Check(value)) {
        out.assign(PyBytes_AS_STRING(value), static_cast<std::size_t>(PyBytes_GET_SIZE(value)));
    } else if (PyUnicode_Check(value)) {
        const ref bytes = ref::steal(PyUnicode_AsEncodedString(value, "utf-8", "surrogatepass"));
        if (!bytes) return false;
        out.assign(PyBytes_AS_STRING(bytes.get()),
                   static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get())));
    } else {
        PyErr_Format(PyExc_TypeError, "header %s: the value must be a str, not %s", name.c_str(),
                     Py_TYPE(value)->tp_name);
        return false;
    }
    if (!check_value(name, out)) return false;
    out = trimmed(out);
    return true;
}

}  // namespace

const endpoint_shape* shape_of(bool body, std::string scheme, header_list fixed) {
    static auto* const shapes = new std::deque<endpoint_shape>;
    for (const endpoint_shape& each : *shapes)
        if (each.body == body && each.scheme == scheme && each.fixed == fixed) return &each;
    const auto id = static_cast<unsigned>(shapes->size());
    return &shapes->emplace_back(endpoint_shape{id, body, std::move(scheme), std::move(fixed)});
}

bool read_header(borrowed name, borrowed value, std::string& name_out, std::string& value_out) {
    return read_name(name, name_out) && read_value(name_out, value, value_out);
}

bool read_header_pairs(borrowed pairs, header_list& out) {
    const ref list = ref::steal(PySequence_Fast(pairs, "headers must be a list of pairs"));
    if (!list) return false;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.get()); ++i) {
        PyObject *name, *value;
        PyObject* pair = PySequence_Fast_GET_ITEM(list.get(), i);
        if (!PyTuple_Check(pair) || !PyArg_ParseTuple(pair, "OO", &name, &value)) {
            PyErr_SetString(PyExc_TypeError, "headers must be a list of (name, value) pairs");
            return false;
        }
        auto& [name_out, value_out] = out.emplace_back();
        if (!read_header(name, value, name_out, value_out)) return false;
    }
    return true;
}

void set_header(header_list& list, std::string_view name, std::string_view value) {
    const auto at = find(list, name);
    if (at == list.end())
        list.emplace_back(name, value);
    else
        *at = {std::string(name), std::string(value)};
}

bool remove_header(header_list& list, std::string_view name) {
    const auto at = find(list, name);
    if (at == list.end()) return false;
    list.erase(at);
    return true;
}

bool has_header(const header_list& list, std::string_view name) noexcept {
    return std::any_of(list.begin(), list.end(),
                       [&](const auto& each) { return http::iequals(each.first, name); });
}

http::header_block block_of(const header_list& list) {
    http::header_block block;
    for (const auto& [name, value] : list) block.add(name, value);
    return block;
}

bool call_headers::touches(std::string_view name) const noexcept {
    return has_header(set, name) ||
           std::any_of(removed.begin(), removed.end(),
                       [&](const std::string& each) { return http::iequals(each, name); });
}

bool read_call_headers(borrowed mapping, call_headers& out) {
    const ref items = ref::steal(PyMapping_Items(mapping));
    if (!items) return false;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); ++i) {
        PyObject *name, *value;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(items.get(), i), "OO", &name, &value)) return false;
        if (PyUnicode_Check(name) &&
            PyUnicode_CompareWithASCIIString(name, cast_override.data()) == 0) {
            out.cast_to = ref::share(value);
            continue;
        }
        std::string name_out, value_out;
        if (!read_name(name, name_out)) return false;
        if (is_omitted(value)) {
            PyObject* omit = loaded(global::omit_type);
            if (omit != nullptr &&
                PyObject_TypeCheck(value, reinterpret_cast<PyTypeObject*>(omit))) {
                remove_header(out.set, name_out);
                out.removed.push_back(std::move(name_out));
            }
            continue;
        }
        if (!read_value(name_out, value, value_out)) return false;
        if (is_framing(name_out)) {
            PyErr_Format(PyExc_ValueError, "header %s cannot be set: the client computes it",
                         name_out.c_str());
            return false;
        }
        if (http::iequals(name_out, raw_marker)) {
            out.raw = value_out == "true";
            out.streamed = value_out == "stream" || value_out == "raw";
        }
        set_header(out.set, name_out, value_out);
    }
    return true;
}

}  // namespace oai::python
