#include "python/body_encoder.hpp"

#include "python/file_range.hpp"
#include "python/interned.hpp"
#include "python/request_writer.hpp"

namespace oai::python {
namespace {

constexpr const char* content_type = "content-type";

ref given_values(const endpoint& to, borrowed values) {
    ref found = ref::steal(PyDict_New());
    for (std::size_t i = 0; found && i < to.parameters.size(); ++i) {
        const parameter& each = to.parameters[i];
        PyObject* value = PyTuple_GET_ITEM(values, static_cast<Py_ssize_t>(i));
        if (each.where != place::body || is_omitted(value)) continue;
        if (PyDict_SetItem(found.get(), each.wire_name.get(), value) < 0) return {};
    }
    return found;
}

ref own_content_type(const call_headers& headers) {
    for (const auto& [name, value] : headers.set)
        if (http::iequals(name, content_type))
            return ref::steal(
                PyUnicode_FromStringAndSize(value.data(), static_cast<Py_ssize_t>(value.size())));
    if (headers.touches(content_type)) return ref::steal(PyUnicode_FromString(""));
    return ref::share(Py_None);
}

// Bytes join what is before them, until the first file.
bool add_part(borrowed part, http::request& into, http::body_parts& tail) {
    if (const auto* range = file_range_in(part)) {
        tail.emplace_back().file = *range;
        return true;
    }
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    if (PyBytes_AsStringAndSize(part, &bytes, &size) < 0) return false;
    if (!tail.empty() && tail.back().file) tail.emplace_back();
    (tail.empty() ? into.body : tail.back().bytes).append(bytes, static_cast<std::size_t>(size));
    return true;
}

bool set_content_type(borrowed type, call_headers& headers) {
    if (type == Py_None) return true;
    const ref header = ref::steal(PyUnicode_FromString("Content-Type"));
    std::string name_out, value_out;
    if (!header || !read_header(header.get(), type, name_out, value_out)) return false;
    set_header(headers.set, name_out, value_out);
    return true;
}

}  // namespace

bool take_body_parts(borrowed parts, http::request& into) {
    const ref list = ref::steal(PySequence_Fast(parts, "the parts of a body must be a list"));
    if (!list) return false;
    auto tail = std::make_shared<http::body_parts>();
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.get()); ++i)
        if (!add_part(PySequence_Fast_GET_ITEM(list.get(), i), into, *tail)) return false;
    if (!tail->empty()) into.tail = std::move(tail);
    return true;
}

bool encode_body(const endpoint& to, borrowed values, borrowed extra, call_headers& headers,
                 http::request& into, bool& encoded) {
    const ref given = given_values(to, values);
    const ref type = given ? own_content_type(headers) : ref();
    if (!type) return false;
    const ref made = ref::steal(
        PyObject_CallMethodObjArgs(to.encoder.get(), name.encode, given.get(),
                                   extra != nullptr ? extra : Py_None, type.get(), nullptr));
    if (!made) return false;
    encoded = made.get() != Py_None;
    if (!encoded) return true;
    PyObject *new_type, *parts;
    return PyArg_ParseTuple(made.get(), "OO:encode", &new_type, &parts) &&
           set_content_type(new_type, headers) && take_body_parts(parts, into);
}

}  // namespace oai::python
