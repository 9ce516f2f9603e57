// Static Python types: made blank, filled in by the init_x() function of their file.
#pragma once

#include <Python.h>

namespace oai::python {

inline PyTypeObject blank_type() noexcept {
    const PyVarObject head[] = {PyVarObject_HEAD_INIT(nullptr, 0)};
    PyTypeObject type{};
    type.ob_base = head[0];
    return type;
}

// A function of another signature as the method table wants it; the flags tell CPython which it is.
template <class F>
PyCFunction as_method(F* function) noexcept {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

inline bool add_type(PyObject* module, const char* name, PyTypeObject& type) {
    return PyType_Ready(&type) == 0 &&
           PyModule_AddObjectRef(module, name, reinterpret_cast<PyObject*>(&type)) == 0;
}

}  // namespace oai::python
