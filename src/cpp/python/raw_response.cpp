#include "python/raw_response.hpp"

#include <new>
#include <utility>

#include "python/timing_record.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

struct raw_object {
    PyObject_HEAD api::outcome came;
    ref content;
};

PyTypeObject raw_type = blank_type();

const api::outcome& outcome_of(PyObject* object) {
    return reinterpret_cast<raw_object*>(object)->came;
}

void dealloc(PyObject* object) {
    auto* self = reinterpret_cast<raw_object*>(object);
    self->content.~ref();
    self->came.~outcome();
    PyObject_Free(object);
}

ref pair(std::string_view name, std::string_view value) {
    const ref first = header_text(name), second = header_text(value);
    return first && second ? ref::steal(PyTuple_Pack(2, first.get(), second.get())) : ref();
}

bool append(borrowed list, const ref& item) {
    return item && PyList_Append(list, item.get()) == 0;
}

// "Name: value\r\n" lines as pairs.
bool append_block(borrowed list, std::string_view block) {
    while (!block.empty()) {
        const std::size_t end = block.find("\r\n");
        const std::string_view line = block.substr(0, end);
        const std::size_t colon = line.find(':');
        if (!append(list, pair(line.substr(0, colon), line.substr(colon + 2)))) return false;
        block.remove_prefix(end + 2);
    }
    return true;
}

PyObject* status_code(PyObject* object, void*) {
    const auto& head = outcome_of(object).head;
    return PyLong_FromLong(head ? head->status : 0);
}

PyObject* http_version(PyObject* object, void*) {
    const auto& head = outcome_of(object).head;
    return header_text(head ? std::string_view(head->http_version) : "HTTP/1.1").release();
}

PyObject* reason_phrase(PyObject* object, void*) {
    const auto& head = outcome_of(object).head;
    return header_text(head ? std::string_view(head->reason) : "").release();
}

PyObject* headers(PyObject* object, void*) {
    ref list = ref::steal(PyList_New(0));
    const auto& head = outcome_of(object).head;
    if (!list || !head) return list.release();
    for (const auto& [name, value] : head->fields())
        if (!append(list.get(), pair(name, value))) return nullptr;
    return list.release();
}

PyObject* content(PyObject* object, void*) {
    ref& made = reinterpret_cast<raw_object*>(object)->content;
    const std::string& body = outcome_of(object).body;
    if (!made)
        made = ref::steal(
            PyBytes_FromStringAndSize(body.data(), static_cast<Py_ssize_t>(body.size())));
    return Py_XNewRef(made.get());
}

PyObject* method(PyObject* object, void*) {
    return header_text(outcome_of(object).request.method).release();
}

PyObject* url(PyObject* object, void*) {
    const api::outcome& came = outcome_of(object);
    std::string text;
    if (came.to) text = (came.to->tls ? "https://" : "http://") + came.to->authority();
    return header_text(text + came.request.target).release();
}

PyObject* request_headers(PyObject* object, void*) {
    const api::outcome& came = outcome_of(object);
    ref list = ref::steal(PyList_New(0));
    if (!list) return nullptr;
    if (came.to && !append(list.get(), pair("Host", came.to->authority()))) return nullptr;
    if (came.request.fixed && !append_block(list.get(), came.request.fixed->text)) return nullptr;
    return append_block(list.get(), came.request.extra.text) ? list.release() : nullptr;
}

// None if it holds files: they are not read for this.
PyObject* request_content(PyObject* object, void*) {
    const http::request& sent = outcome_of(object).request;
    if (sent.tail) Py_RETURN_NONE;
    const std::string& body = sent.body;
    return PyBytes_FromStringAndSize(body.data(), static_cast<Py_ssize_t>(body.size()));
}

PyObject* request_size(PyObject* object, void*) {
    return PyLong_FromUnsignedLongLong(outcome_of(object).request.body_size());
}

PyObject* retries_taken(PyObject* object, void*) {
    return PyLong_FromLong(outcome_of(object).retries_taken);
}

PyObject* timing(PyObject* object, void*) {
    return timing_record(outcome_of(object)).release();
}

PyObject* get(PyObject* object, PyObject* name) {
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(name, &size);
    if (text == nullptr) return nullptr;
    const auto& head = outcome_of(object).head;
    const std::string_view value =
        head ? head->get({text, static_cast<std::size_t>(size)}) : std::string_view();
    if (value.data() == nullptr) Py_RETURN_NONE;
    return header_text(value).release();
}

PyObject* repr(PyObject* object) {
    const auto& head = outcome_of(object).head;
    return PyUnicode_FromFormat("<RawResponse [%d]>", head ? head->status : 0);
}

PyMethodDef methods[] = {{"get", get, METH_O, nullptr}, {nullptr, nullptr, 0, nullptr}};

PyGetSetDef properties[] = {
    {"status_code", status_code, nullptr, nullptr, nullptr},
    {"http_version", http_version, nullptr, nullptr, nullptr},
    {"reason_phrase", reason_phrase, nullptr, nullptr, nullptr},
    {"headers", headers, nullptr, nullptr, nullptr},
    {"content", content, nullptr, nullptr, nullptr},
    {"method", method, nullptr, nullptr, nullptr},
    {"url", url, nullptr, nullptr, nullptr},
    {"request_headers", request_headers, nullptr, nullptr, nullptr},
    {"request_size", request_size, nullptr, nullptr, nullptr},
    {"request_content", request_content, nullptr, nullptr, nullptr},
    {"retries_taken", retries_taken, nullptr, nullptr, nullptr},
    {"timing", timing, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

}  // namespace

ref header_text(std::string_view bytes) {
    return ref::steal(
        PyUnicode_DecodeLatin1(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), nullptr));
}

ref body_text(std::string_view body, std::string_view content_type) {
    const auto size = static_cast<Py_ssize_t>(body.size());
    const std::size_t at = content_type.find("charset=");
    if (at != std::string_view::npos) {
        std::string charset(content_type.substr(at + 8));
        charset = charset.substr(0, charset.find(';'));
        std::erase_if(charset, [](char c) { return c == '"' || c == '\'' || c == ' '; });
        ref text = ref::steal(PyUnicode_Decode(body.data(), size, charset.c_str(), "replace"));
        if (text) return text;
        PyErr_Clear();
    }
    return ref::steal(PyUnicode_DecodeUTF8(body.data(), size, "replace"));
}

ref make_raw_response(api::outcome&& from) {
    auto* self = PyObject_New(raw_object, &raw_type);
    if (self == nullptr) return {};
    new (&self->came) api::outcome(std::move(from));
    new (&self->content) ref();
    // What is read here is decoded again if need be: two forms of one body are not kept.
    self->came.document.reset();
    self->came.events.reset();
    return ref::steal(reinterpret_cast<PyObject*>(self));
}

bool init_raw_response(PyObject* module) {
    PyTypeObject& type = raw_type;
    type.tp_name = "openai_native._core.RawResponse";
    type.tp_basicsize = sizeof(raw_object);
    type.tp_flags = Py_TPFLAGS_DEFAULT;
    type.tp_dealloc = dealloc;
    type.tp_repr = repr;
    type.tp_methods = methods;
    type.tp_getset = properties;
    return add_type(module, "RawResponse", type);
}

}  // namespace oai::python
