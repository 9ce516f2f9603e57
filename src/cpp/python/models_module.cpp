#include "python/models_module.hpp"

#include <optional>

#include "json/document.hpp"
#include "python/object_builder.hpp"

namespace oai::python {

namespace {

PyObject* build_function(PyObject*, PyObject* const* arguments, Py_ssize_t count) {
    if (count != 2 || !PyBytes_Check(arguments[1])) {
        PyErr_SetString(PyExc_TypeError, "build() takes a type and bytes");
        return nullptr;
    }
    const std::string_view text(PyBytes_AS_STRING(arguments[1]),
                                static_cast<std::size_t>(PyBytes_GET_SIZE(arguments[1])));
    const std::optional<json::document> document = json::document::parse(text);
    if (!document) return build_from_text(arguments[0], text);
    const model_plan* plan = plan_for(arguments[0]);
    return plan != nullptr ? build(plan, *document) : nullptr;
}

PyMethodDef functions[] = {
    {"build", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(build_function)),
     METH_FASTCALL,
     "build(cast_to, content, /)\n--\n\n"
     "What the official client makes of the JSON answer `content` when it casts it to `cast_to`."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

bool init_models(PyObject* module) {
    return PyModule_AddFunctions(module, functions) == 0;
}

}  // namespace oai::python
