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

PyObject* dumps(PyObject*, PyObject* value) {
    std::string text;
    if (!request_writer(text).value(value, json_path())) return nullptr;
    return PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

PyMethodDef functions[] = {
    {"dumps", dumps, METH_O, nullptr},
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

PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_core", nullptr, -1, functions, nullptr, nullptr, nullptr, nullptr};

}  // namespace
}  // namespace oai::python

PyMODINIT_FUNC PyInit__core() {
    using namespace oai::python;
    ref module = ref::steal(PyModule_Create(&definition));
    if (!module || !init_names()) return nullptr;
    for (const auto init : parts)
        if (!init(module.get())) return nullptr;
    return module.release();
}
