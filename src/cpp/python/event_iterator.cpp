#include "python/event_iterator.hpp"

#include <utility>

#include "python/awaitable.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

// The stream as Python holds it.
struct iterator_object {
    PyObject_HEAD PyObject* weakrefs;
    event_source* source;
};

// One `async for` over it. Dropped before the end: the loop was left, and the stream is closed
// soon.
struct cursor_object {
    PyObject_HEAD PyObject* iterator;
};

// One __anext__: hands out a queued event without suspending, else waits as a Call does.
struct step_object {
    PyObject_HEAD PyObject* iterator;  // null: over
    PyObject* call;                    // while waiting
};

PyTypeObject iterator_type = blank_type();
PyTypeObject cursor_type = blank_type();
PyTypeObject step_type = blank_type();

// Steps come and go once per event.
constexpr int spare_limit = 8;
step_object* spare_steps[spare_limit];
int spare_count = 0;

event_source* source_of(PyObject* iterator) {
    return reinterpret_cast<iterator_object*>(iterator)->source;
}

step_object* step_of(PyObject* object) {
    return reinterpret_cast<step_object*>(object);
}

PyObject* same(PyObject* object) {
    return Py_NewRef(object);
}

PyObject* make_step(PyObject* iterator) {
    step_object* step;
    if (spare_count > 0) {
        step = spare_steps[--spare_count];
        PyObject_Init(reinterpret_cast<PyObject*>(step), &step_type);
    } else {
        step = PyObject_New(step_object, &step_type);
        if (step == nullptr) return nullptr;
    }
    step->iterator = Py_NewRef(iterator);
    step->call = nullptr;
    return reinterpret_cast<PyObject*>(step);
}

void end_step(step_object* step) {
    const ref iterator = ref::steal(std::exchange(step->iterator, nullptr));
    const ref call = ref::steal(std::exchange(step->call, nullptr));
}

void free_step(PyObject* object) {
    end_step(step_of(object));
    if (spare_count < spare_limit)
        spare_steps[spare_count++] = step_of(object);
    else
        PyObject_Free(object);
}

PySendResult begin_step(step_object* step, PyObject** result) {
    ref event;
    switch (source_of(step->iterator)->next(event)) {
        case event_source::outcome::ready:
            *result = event.release();
            return PYGEN_RETURN;
        case event_source::outcome::failed:
            return PYGEN_ERROR;
        case event_source::outcome::wait:
            break;
    }
    step->call = source_of(step->iterator)->wait(step->iterator).release();
    return step->call != nullptr ? send_to_call(step->call, result) : PYGEN_ERROR;
}

PySendResult send_step(PyObject* object, PyObject*, PyObject** result) {
    auto* step = step_of(object);
    *result = nullptr;
    if (step->iterator == nullptr) {
        PyErr_SetString(PyExc_RuntimeError, "this __anext__() was already awaited");
        return PYGEN_ERROR;
    }
    const PySendResult sent =
        step->call != nullptr ? send_to_call(step->call, result) : begin_step(step, result);
    if (sent != PYGEN_NEXT) {
        const ref keep = ref::share(object);
        if (sent == PYGEN_ERROR) {
            const saved_error error;
            end_step(step);
        } else {
            end_step(step);
        }
    }
    return sent;
}

PyObject* next_of_step(PyObject* object) {
    PyObject* result = nullptr;
    switch (send_step(object, nullptr, &result)) {
        case PYGEN_NEXT:
            return result;
        case PYGEN_RETURN:
            return stop_iteration(ref::steal(result));
        case PYGEN_ERROR:
            break;
    }
    return nullptr;
}

PyObject* step_send(PyObject* object, PyObject*) {
    return next_of_step(object);
}

PyObject* step_throw(PyObject* object, PyObject* const* args, Py_ssize_t count) {
    auto* step = step_of(object);
    const ref keep = ref::share(object);
    if (step->call != nullptr) leave_call(step->call);
    end_step(step);
    return raise_thrown(args, count);
}

PyObject* step_close(PyObject* object, PyObject*) {
    auto* step = step_of(object);
    const ref keep = ref::share(object);
    if (step->call != nullptr) leave_call(step->call);
    end_step(step);
    Py_RETURN_NONE;
}

PyObject* make_cursor(PyObject* iterator) {
    auto* cursor = PyObject_New(cursor_object, &cursor_type);
    if (cursor == nullptr) return nullptr;
    cursor->iterator = Py_NewRef(iterator);
    return reinterpret_cast<PyObject*>(cursor);
}

void free_cursor(PyObject* object) {
    PyObject* iterator = reinterpret_cast<cursor_object*>(object)->iterator;
    {
        const saved_error keep;
        // The last reference closes the stream by itself.
        if (Py_REFCNT(iterator) > 1) source_of(iterator)->close_after_grace();
        Py_DECREF(iterator);
    }
    PyObject_Free(object);
}

PyObject* cursor_next(PyObject* object) {
    return make_step(reinterpret_cast<cursor_object*>(object)->iterator);
}

void free_iterator(PyObject* object) {
    auto* self = reinterpret_cast<iterator_object*>(object);
    PyObject_GC_UnTrack(object);
    if (self->weakrefs != nullptr) PyObject_ClearWeakRefs(object);
    {
        const saved_error keep;
        delete self->source;
    }
    PyObject_GC_Del(object);
}

int traverse_iterator(PyObject* object, visitproc visit, void* arg) {
    event_source* source = source_of(object);
    return source != nullptr ? source->traverse(visit, arg) : 0;
}

PyObject* close(PyObject* object, PyObject*) {
    source_of(object)->close();
    Py_RETURN_NONE;
}

PyObject* parse_events(PyObject* object, PyObject* annotation) {
    if (!source_of(object)->parse_events(annotation)) return nullptr;
    Py_RETURN_NONE;
}

PyObject* raw(PyObject* object, void*) {
    return Py_NewRef(source_of(object)->raw());
}

PyObject* closed(PyObject* object, void*) {
    return PyBool_FromLong(source_of(object)->finished());
}

PyMethodDef step_methods[] = {
    {"send", step_send, METH_O, nullptr},
    {"throw", as_method(step_throw), METH_FASTCALL, nullptr},
    {"close", step_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyMethodDef iterator_methods[] = {
    {"parse_events", parse_events, METH_O, nullptr},
    {"close", close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef iterator_properties[] = {
    {"raw", raw, nullptr, nullptr, nullptr},
    {"closed", closed, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyAsyncMethods step_async = {same, nullptr, nullptr, send_step};
PyAsyncMethods cursor_async = {nullptr, same, cursor_next, nullptr};
PyAsyncMethods iterator_async = {nullptr, make_cursor, make_step, nullptr};

}  // namespace

ref make_event_iterator(std::shared_ptr<loop_state> home, std::uint64_t ticket,
                        std::shared_ptr<api::event_stream> events, borrowed raw, borrowed owner,
                        const event_settings& settings) {
    auto* made = PyObject_GC_New(iterator_object, &iterator_type);
    if (made == nullptr) return {};
    made->weakrefs = nullptr;
    made->source =
        new event_source(std::move(home), ticket, std::move(events), raw, owner, settings);
    PyObject_GC_Track(made);
    return ref::steal(reinterpret_cast<PyObject*>(made));
}

bool init_event_iterator(PyObject* module) {
    step_type.tp_name = "openai_native._core.EventStep";
    step_type.tp_basicsize = sizeof(step_object);
    step_type.tp_flags = Py_TPFLAGS_DEFAULT;
    step_type.tp_dealloc = free_step;
    step_type.tp_as_async = &step_async;
    step_type.tp_iter = same;
    step_type.tp_iternext = next_of_step;
    step_type.tp_methods = step_methods;
    cursor_type.tp_name = "openai_native._core.EventCursor";
    cursor_type.tp_basicsize = sizeof(cursor_object);
    cursor_type.tp_flags = Py_TPFLAGS_DEFAULT;
    cursor_type.tp_dealloc = free_cursor;
    cursor_type.tp_as_async = &cursor_async;
    iterator_type.tp_name = "openai_native._core.EventIterator";
    iterator_type.tp_basicsize = sizeof(iterator_object);
    iterator_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
    iterator_type.tp_dealloc = free_iterator;
    iterator_type.tp_traverse = traverse_iterator;
    iterator_type.tp_weaklistoffset = sizeof(PyObject);
    iterator_type.tp_as_async = &iterator_async;
    iterator_type.tp_methods = iterator_methods;
    iterator_type.tp_getset = iterator_properties;
    return PyType_Ready(&step_type) == 0 && PyType_Ready(&cursor_type) == 0 &&
           add_type(module, "EventIterator", iterator_type);
}

}  // namespace oai::python
