#include "python/blocking_iterator.hpp"

#include "python/event_object.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

PyTypeObject iterator_type = blank_type();
PyTypeObject cursor_type = blank_type();

PyObject* next(PyObject* object) {
    auto& reader = *reinterpret_cast<event_object*>(object)->reader;
    return static_cast<blocking_events&>(reader).next().release();
}

PyObject* cursor_next(PyObject* object) {
    return next(reinterpret_cast<event_cursor*>(object)->events);
}

PyObject* make_cursor(PyObject* object) {
    return make_event_cursor(cursor_type, object);
}

PyObject* same(PyObject* object) {
    return Py_NewRef(object);
}

}  // namespace

ref make_blocking_iterator(std::unique_ptr<blocking_events> events) {
    return make_event_object(iterator_type, std::move(events));
}

bool init_blocking_iterator(PyObject* module) {
    prepare_cursor_type(cursor_type, "openai_native._core.BlockingEventCursor");
    cursor_type.tp_iter = same;
    cursor_type.tp_iternext = cursor_next;
    prepare_event_type(iterator_type, "openai_native._core.BlockingEventIterator");
    iterator_type.tp_iter = make_cursor;
    iterator_type.tp_iternext = next;
    return PyType_Ready(&cursor_type) == 0 &&
           add_type(module, "BlockingEventIterator", iterator_type);
}

}  // namespace oai::python
