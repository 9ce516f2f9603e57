// The module `openai_native._core`: its list of parts.
#include <Python.h>

#include "api/call.hpp"
#include "python/awaitable.hpp"
#include "python/blocking_iterator.hpp"
#include "python/client.hpp"
#include "python/endpoint.hpp"
#include "python/event_decoder.hpp"
#include "python/event_iterator.hpp"
#include "python/file_range.hpp"
#include "python/interned.hpp"
#include "python/life_cycle.hpp"
#include "python/models_module.hpp"
#include "python/pacing.hpp"
#include "python/question.hpp"
#include "python/raw_response.hpp"
#include "python/request_writer.hpp"
#include "python/tls_objects.hpp"
#include "python/verbatim.hpp"
#include "python/watch.hpp"
#include "python/web_socket.hpp"

namespace oai::python {
namespace {

PyObject* written(PyObject* value, model_names models) {
    std::string text;
    if (!request_writer(text).value(value, json_path(), models)) return nullptr;
    return PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

PyObject* dumps(PyObject*, PyObject* value) {
    return written(value, model_names::python);
}

PyObject* dumps_by_alias(PyObject*, PyObject* value) {
    return written(value, model_names::wire);
}

PyMethodDef functions[] = {
    {"dumps", dumps, METH_O, nullptr},
    {"dumps_by_alias", dumps_by_alias, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

constexpr bool (*parts[])(PyObject*) = {
    init_awaitable,     init_question,       init_tls_objects,
    init_pacing,        init_client,         init_endpoint,
    init_raw_response,  init_event_iterator, init_blocking_iterator,
    init_file_range,    init_models,         init_life_cycle,
    init_event_decoder, init_verbatim,       init_watch,
    init_web_socket,
};

bool is_main_interpreter() {
    if (PyInterpreterState_Get() == PyInterpreterState_Main()) return true;
    PyErr_SetString(PyExc_ImportError,
                    "openai_native does not support subinterpreters; use it in the main "
                    "interpreter, or start a process");
    return false;
}

ref make_module(PyObject* spec) {
    const ref name = ref::steal(PyObject_GetAttrString(spec, "name"));
    ref module = name ? ref::steal(PyModule_NewObject(name.get())) : ref();
    if (!module || !init_names()) return {};
    for (const auto init : parts)
        if (!init(module.get())) return {};
    return module;
}

// What the parts keep belongs to the process: there is one module, however often it is imported,
// and no interpreter but the main one gets it.
PyObject* create(PyObject* spec, PyModuleDef*) {
    static PyObject* made = nullptr;
    if (!is_main_interpreter()) return nullptr;
    if (made == nullptr) made = make_module(spec).release();
    Py_XINCREF(made);
    return made;
}

PyModuleDef_Slot slots[] = {{Py_mod_create, reinterpret_cast<void*>(create)}, {0, nullptr}};

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_core", nullptr, 0, functions, slots, nullptr, nullptr, nullptr};

}  // namespace
}  // namespace oai::python

PyMODINIT_FUNC PyInit__core() {
    return PyModuleDef_Init(&oai::python::definition);
}
