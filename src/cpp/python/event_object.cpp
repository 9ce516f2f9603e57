#include "python/event_object.hpp"

namespace oai::python {
namespace {

event_reader& reader_of(PyObject* object) {
    return *reinterpret_cast<event_object*>(object)->reader;
}

void free_event_object(PyObject* object) {
    auto* self = reinterpret_cast<event_object*>(object);
    PyObject_GC_UnTrack(object);
    if (self->weakrefs != nullptr) PyObject_ClearWeakRefs(object);
    {
        const saved_error keep;
        delete self->reader;
    }
    PyObject_GC_Del(object);
}

int traverse(PyObject* object, visitproc visit, void* arg) {
    return reader_of(object).traverse(visit, arg);
}

void free_cursor(PyObject* object) {
    PyObject* events = reinterpret_cast<event_cursor*>(object)->events;
    {
        const saved_error keep;
        // The last reference closes the stream by itself.
        if (Py_REFCNT(events) > 1) reader_of(events).close_after_grace();
        Py_DECREF(events);
    }
    PyObject_Free(object);
}

PyObject* close(PyObject* object, PyObject*) {
    reader_of(object).close();
    Py_RETURN_NONE;
}

PyObject* parse_events(PyObject* object, PyObject* annotation) {
    if (!reader_of(object).parse_events(annotation)) return nullptr;
    Py_RETURN_NONE;
}

PyObject* raw(PyObject* object, void*) {
    return Py_NewRef(reader_of(object).raw());
}

PyObject* times(PyObject* object, void*) {
    const api::event_times when = reader_of(object).times();
    return Py_BuildValue("(dd)", when.first, when.last);
}

PyObject* closed(PyObject* object, void*) {
    return PyBool_FromLong(reader_of(object).finished());
}

PyMethodDef methods[] = {
    {"parse_events", parse_events, METH_O, nullptr},
    {"close", close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef properties[] = {
    {"raw", raw, nullptr, nullptr, nullptr},
    {"closed", closed, nullptr, nullptr, nullptr},
    {"times", times, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

}  // namespace

ref make_event_object(PyTypeObject& type, std::unique_ptr<event_reader> reader) {
    auto* made = PyObject_GC_New(event_object, &type);
    if (made == nullptr) return {};
    made->weakrefs = nullptr;
    made->reader = reader.release();
    PyObject_GC_Track(made);
    return ref::steal(reinterpret_cast<PyObject*>(made));
}

PyObject* make_event_cursor(PyTypeObject& type, borrowed events) {
    auto* cursor = PyObject_New(event_cursor, &type);
    if (cursor == nullptr) return nullptr;
    cursor->events = Py_NewRef(events);
    return reinterpret_cast<PyObject*>(cursor);
}

void prepare_event_type(PyTypeObject& type, const char* name) {
    type.tp_name = name;
    type.tp_basicsize = sizeof(event_object);
    type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
    type.tp_dealloc = free_event_object;
    type.tp_traverse = traverse;
    type.tp_weaklistoffset = sizeof(PyObject);
    type.tp_methods = methods;
    type.tp_getset = properties;
}

void prepare_cursor_type(PyTypeObject& type, const char* name) {
    type.tp_name = name;
    type.tp_basicsize = sizeof(event_cursor);
    type.tp_flags = Py_TPFLAGS_DEFAULT;
    type.tp_dealloc = free_cursor;
}

}  // namespace oai::python
