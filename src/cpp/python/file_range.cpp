#include "python/file_range.hpp"

#include <fcntl.h>

#include <new>

#include "python/type.hpp"

namespace oai::python {
namespace {

struct range_object {
    PyObject_HEAD net::file_range range;
};

PyTypeObject range_type = blank_type();

net::file_range& range_of(PyObject* object) {
    return reinterpret_cast<range_object*>(object)->range;
}

// Holds a duplicate: the caller may close its own file while the request is on its way.
PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    static const char* known[] = {"descriptor", "offset", "size", nullptr};
    int descriptor = -1;
    long long offset = 0, size = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "iLL:FileRange", const_cast<char**>(known),
                                     &descriptor, &offset, &size))
        return nullptr;
    if (offset < 0 || size < 0) {
        PyErr_SetString(PyExc_ValueError, "offset and size of a FileRange must be 0 or more");
        return nullptr;
    }
    const int own = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (own < 0) return PyErr_SetFromErrno(PyExc_OSError);
    auto file = std::make_shared<const net::file_handle>(own);
    PyObject* made = type->tp_alloc(type, 0);
    if (made == nullptr) return nullptr;
    new (&range_of(made)) net::file_range();
    range_of(made) = {std::move(file), static_cast<std::uint64_t>(offset),
                      static_cast<std::uint64_t>(size)};
    return made;
}

void dealloc(PyObject* object) {
    range_of(object).~file_range();
    PyObject_Free(object);
}

PyObject* size(PyObject* object, void*) {
    return PyLong_FromUnsignedLongLong(range_of(object).size);
}

PyGetSetDef properties[] = {
    {"size", size, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

}  // namespace

const net::file_range* file_range_in(borrowed object) noexcept {
    return Py_IS_TYPE(object, &range_type) ? &range_of(object) : nullptr;
}

bool init_file_range(PyObject* module) {
    PyTypeObject& type = range_type;
    type.tp_name = "openai_native._core.FileRange";
    type.tp_basicsize = sizeof(range_object);
    type.tp_flags = Py_TPFLAGS_DEFAULT;
    type.tp_new = make;
    type.tp_dealloc = dealloc;
    type.tp_getset = properties;
    return add_type(module, "FileRange", type);
}

}  // namespace oai::python
