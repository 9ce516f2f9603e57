#include "python/response_builder.hpp"

#include "python/errors.hpp"
#include "python/interned.hpp"
#include "python/raw_response.hpp"
#include "python/timing_record.hpp"

namespace oai::python {
namespace {

bool says_json(std::string_view content_type) noexcept {
    content_type = content_type.substr(0, content_type.find(';'));
    return content_type.ends_with("json");
}

// `_request_id` in the instance's __dict__, where the official client puts it, and `_timing_record`
// for `_timing`.
bool set_origin(borrowed object, const api::outcome& came) {
    PyObject* model = loaded(global::base_model);
    if (model == nullptr || !PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject*>(model)))
        return true;
    const std::string_view id = came.head->get("x-request-id");
    const ref text = id.data() == nullptr ? ref::share(Py_None) : header_text(id);
    const ref members = ref::steal(PyObject_GenericGetDict(object, nullptr));
    const ref timing = timing_record(came);
    return text && members && timing &&
           PyDict_SetItem(members.get(), name._request_id, text.get()) == 0 &&
           PyDict_SetItem(members.get(), name._timing_record, timing.get()) == 0;
}

ref decode_error(api::outcome& came) {
    const ref cause = take_error();
    const ref raw = make_raw_response(std::move(came));
    if (!raw) return {};
    raise(cause.get());
    raise_decode_error(raw.get());
    return {};
}

// Not JSON by its content type. Models are tried anyway; everything else is text.
ref build_untyped(const target& into, const api::outcome& came) {
    if (into.is == target::kind::model) {
        ref made =
            came.document ? build_document(into, *came.document) : build_text(into, came.body);
        if (made || !PyErr_ExceptionMatches(PyExc_ValueError)) return made;
        PyErr_Clear();
    }
    return body_text(came.body, came.head->get("content-type"));
}

}  // namespace

ref build_document(const target& into, const json::document& document) {
    if (document.root().type == json::kind::null) return ref::share(Py_None);
    return ref::steal(build(into.plan, document));
}

ref build_text(const target& into, std::string_view text) {
    if (const auto document = json::document::parse(text)) return build_document(into, *document);
    return ref::steal(build_from_text(into.annotation.get(), text));
}

ref build_response(const target& into, api::outcome& came) {
    if (into.is == target::kind::nothing) return ref::share(Py_None);
    ref made;
    if (!says_json(came.head->get("content-type")))
        made = build_untyped(into, came);
    else if (came.document)
        made = build_document(into, *came.document);
    else
        made = ref::steal(build_from_text(into.annotation.get(), came.body));
    if (!made) return decode_error(came);
    return set_origin(made.get(), came) ? std::move(made) : ref();
}

}  // namespace oai::python
