#include "python/url_writer.hpp"

#include <algorithm>

#include "python/interned.hpp"
#include "python/refs.hpp"
#include "python/request_writer.hpp"

namespace oai::python {
namespace {

constexpr std::string_view path_marks = "-._~!$&'()*+,;=:@";
constexpr std::string_view query_marks = "-._~";
// A percent sign in a literal path is an encoding that the user made.
constexpr std::string_view literal_marks = "-._~!$&'()*+,;=:@/?%[]";

bool is_plain(unsigned char c, std::string_view marks) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c < 0x80 && marks.find(static_cast<char>(c)) != marks.npos);
}

void percent_encode(std::string& out, std::string_view text, std::string_view marks, bool form) {
    constexpr char hex[] = "0123456789ABCDEF";
    for (const char letter : text) {
        const auto c = static_cast<unsigned char>(letter);
        if (is_plain(c, marks)) {
            out.push_back(letter);
        } else if (form && c == ' ') {
            out.push_back('+');
        } else {
            out.push_back('%');
            out.push_back(hex[c >> 4]);
            out.push_back(hex[c & 15]);
        }
    }
}

bool append_text(std::string& out, PyObject* text) {
    PyObject* keep;
    const char* data;
    Py_ssize_t size;
    if (!utf8_of(text, keep, data, size)) return false;
    const ref owner = ref::steal(keep);
    out.append(data, static_cast<std::size_t>(size));
    return true;
}

// str(value), and for dates the ISO form that the API wants.
ref text_of(PyObject* value) {
    PyObject* date = loaded(global::datetime);
    if (date != nullptr && PyObject_TypeCheck(value, reinterpret_cast<PyTypeObject*>(date)))
        return ref::steal(PyObject_CallMethodNoArgs(value, name.isoformat));
    return ref::steal(PyObject_Str(value));
}

constexpr int max_depth = 64;

}  // namespace

bool write_path_value(std::string& out, PyObject* value) {
    std::string text;
    if (value == Py_None) {
        text = "null";
    } else if (PyBool_Check(value)) {
        text = value == Py_True ? "true" : "false";
    } else {
        const ref str = ref::steal(PyObject_Str(value));
        if (!str || !append_text(text, str.get())) return false;
    }
    percent_encode(out, text, path_marks, false);
    return true;
}

bool check_dot_segments(std::string_view path) {
    const std::string_view whole = path;
    for (;;) {
        const std::size_t end = path.find('/');
        std::string_view segment = path.substr(0, end);
        int dots = 0;
        while (!segment.empty()) {
            const bool encoded = segment.starts_with("%2e") || segment.starts_with("%2E");
            if (!encoded && segment.front() != '.') break;
            segment.remove_prefix(encoded ? 3 : 1);
            ++dots;
        }
        if (segment.empty() && dots >= 1 && dots <= 2) {
            PyErr_Format(
                PyExc_ValueError,
                "Constructed path '%s' contains the dot-segment '%s', which is not allowed",
                std::string(whole).c_str(), std::string(path.substr(0, end)).c_str());
            return false;
        }
        if (end == path.npos) return true;
        path.remove_prefix(end + 1);
    }
}

std::string encode_literal(std::string_view path) {
    std::string out;
    percent_encode(out, path, literal_marks, false);
    return out;
}

bool query_writer::add(PyObject* name, PyObject* value) {
    std::string text;
    const ref str = ref::steal(PyObject_Str(name));
    return str && append_text(text, str.get()) && add_under(text, value, 0);
}

bool query_writer::add_under(const std::string& name, PyObject* value, int depth) {
    if (value == Py_None || is_omitted(value)) return true;
    if (PyUnicode_Check(value) || PyLong_Check(value) || PyFloat_Check(value))
        return add_scalar(name, value);
    if (depth == max_depth) {
        PyErr_Format(PyExc_ValueError, "%s: nested more than %d levels deep", name.c_str(),
                     max_depth);
        return false;
    }
    if (PyList_Check(value) || PyTuple_Check(value)) {
        for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(value); ++i) {
            const ref item = ref::share(PySequence_Fast_GET_ITEM(value, i));
            if (!add_under(name + "[]", item.get(), depth + 1)) return false;
        }
        return true;
    }
    PyObject* mapping = get(global::mapping);
    if (mapping == nullptr) return false;
    const int is_mapping = PyDict_Check(value) ? 1 : PyObject_IsInstance(value, mapping);
    if (is_mapping < 0) return false;
    return is_mapping > 0 ? add_mapping(name, value, depth) : add_scalar(name, value);
}

bool query_writer::add_mapping(const std::string& name, PyObject* value, int depth) {
    const ref items = ref::steal(PyMapping_Items(value));
    if (!items) return false;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); ++i) {
        PyObject *key, *item;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(items.get(), i), "OO", &key, &item)) return false;
        std::string under = name + "[";
        const ref text = ref::steal(PyObject_Str(key));
        if (!text || !append_text(under, text.get())) return false;
        under += "]";
        if (!add_under(under, item, depth + 1)) return false;
    }
    return true;
}

bool query_writer::add_scalar(const std::string& name, PyObject* value) {
    std::string text;
    if (PyBool_Check(value)) {
        text = value == Py_True ? "true" : "false";
    } else {
        const ref str = text_of(value);
        if (!str || !append_text(text, str.get())) return false;
    }
    if (!out_.empty()) out_.push_back('&');
    percent_encode(out_, name, query_marks, true);
    out_.push_back('=');
    percent_encode(out_, text, query_marks, true);
    return true;
}

std::string without_names(std::string_view query, const std::vector<std::string>& names) {
    std::string kept;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        std::string_view key = pair.substr(0, pair.find('='));
        key = key.substr(0, std::min(key.find("%5B"), key.find('[')));
        if (std::find(names.begin(), names.end(), key) == names.end()) {
            if (!kept.empty()) kept.push_back('&');
            kept.append(pair);
        }
        if (end == query.npos) break;
        query.remove_prefix(end + 1);
    }
    return kept;
}

bool encode_query_name(PyObject* name, std::string& out) {
    std::string text;
    const ref str = ref::steal(PyObject_Str(name));
    if (!str || !append_text(text, str.get())) return false;
    percent_encode(out, text, query_marks, true);
    return true;
}

}  // namespace oai::python
