#include "python/object_builder.hpp"

#include <string>

#include "python/collector_pause.hpp"
#include "python/interned.hpp"
#include "python/model_plan.hpp"
#include "python/refs.hpp"

namespace oai::python {

namespace {

PyObject* make_plain_list(const source& from, std::size_t index) {
    const std::uint32_t size = from[index].size;
    ref list = ref::steal(PyList_New(size));
    if (!list) return nullptr;
    std::size_t at = index + 1;
    for (std::uint32_t i = 0; i < size; ++i, at = from.after(at)) {
        PyObject* item = make_plain(from, at);
        if (item == nullptr) return nullptr;
        PyList_SET_ITEM(list.get(), i, item);
    }
    return list.release();
}

PyObject* make_plain_dict(const source& from, std::size_t index) {
    ref dict = ref::steal(PyDict_New());
    if (!dict) return nullptr;
    std::size_t at = index + 1;
    for (std::uint32_t left = from[index].size; left > 0; --left, at = from.after(at + 1)) {
        const ref key = ref::steal(make_string(from[at]));
        const ref value = ref::steal(key ? make_plain(from, at + 1) : nullptr);
        if (!value || PyDict_SetItem(dict.get(), key.get(), value.get()) < 0) return nullptr;
    }
    return dict.release();
}

}  // namespace

PyObject* make_string(const json::token& from) {
    // Short strings come from CPython's shared ones.
    if (!from.ascii || from.size < 2) {
        return PyUnicode_DecodeUTF8(from.text, from.size, "strict");
    }
    PyObject* made = PyUnicode_New(from.size, 127);
    if (made != nullptr) {
        std::char_traits<char>::copy(static_cast<char*>(PyUnicode_DATA(made)), from.text,
                                     from.size);
    }
    return made;
}

PyObject* make_plain(const source& from, std::size_t index) {
    const json::token& at = from[index];
    switch (at.type) {
        case json::kind::null:
            return Py_NewRef(Py_None);
        case json::kind::false_:
            return Py_NewRef(Py_False);
        case json::kind::true_:
            return Py_NewRef(Py_True);
        case json::kind::integer:
            return PyLong_FromLongLong(at.integer);
        case json::kind::real:
            return PyFloat_FromDouble(at.real);
        case json::kind::bignum:
            return PyLong_FromString(std::string(at.view()).c_str(), nullptr, 10);
        case json::kind::string:
            return make_string(at);
        case json::kind::array:
            return make_plain_list(from, index);
        case json::kind::object:
            return make_plain_dict(from, index);
    }
    Py_UNREACHABLE();
}

PyObject* build(const model_plan* plan, const json::document& from, std::size_t index) {
    const collector_pause pause;
    return plan->construct(source(from.begin()), index);
}

PyObject* build_plain(const json::document& from, std::size_t index) {
    const collector_pause pause;
    return make_plain(source(from.begin()), index);
}

PyObject* build_from_text(PyObject* annotation, std::string_view text) {
    const ref loads = ref::steal(import_object("json", "loads"));
    const ref construct = ref::steal(import_object("openai_native._models", "construct_type"));
    const ref bytes =
        ref::steal(PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
    if (!loads || !construct || !bytes) return nullptr;
    const ref value = ref::steal(PyObject_CallOneArg(loads.get(), bytes.get()));
    if (!value) return nullptr;
    const ref arguments =
        ref::steal(Py_BuildValue("{sOsO}", "value", value.get(), "type_", annotation));
    const ref none = ref::steal(PyTuple_New(0));
    if (!arguments || !none) return nullptr;
    return PyObject_Call(construct.get(), none.get(), arguments.get());
}

}  // namespace oai::python
