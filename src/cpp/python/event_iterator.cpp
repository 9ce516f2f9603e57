#include "python/event_iterator.hpp"

#include <utility>

#include "python/awaitable.hpp"
#include "python/event_object.hpp"
#include "python/type.hpp"

namespace oai::python {
namespace {

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

event_source& source_of(PyObject* iterator) {
    return static_cast<event_source&>(*reinterpret_cast<event_object*>(iterator)->reader);
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
    switch (source_of(step->iterator).next(event)) {
        case event_source::outcome::ready:
            *result = event.release();
            return PYGEN_RETURN;
        case event_source::outcome::failed:
            return PYGEN_ERROR;
        case event_source::outcome::wait:
            break;
    }
    step->call = source_of(step->iterator).wait(step->iterator).release();
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
    const PySendResult how = send_step(object, nullptr, &result);
    return as_next(how, result);
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
    return make_event_cursor(cursor_type, iterator);
}

PyObject* cursor_next(PyObject* object) {
    return make_step(reinterpret_cast<event_cursor*>(object)->events);
}

PyMethodDef step_methods[] = {
    {"send", step_send, METH_O, nullptr},
    {"throw", as_method(step_throw), METH_FASTCALL, nullptr},
    {"close", step_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyAsyncMethods step_async = {same, nullptr, nullptr, send_step};
PyAsyncMethods cursor_async = {nullptr, same, cursor_next, nullptr};
PyAsyncMethods iterator_async = {nullptr, make_cursor, make_step, nullptr};

}  // namespace

ref make_event_iterator(std::unique_ptr<event_source> source) {
    return make_event_object(iterator_type, std::move(source));
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
    prepare_cursor_type(cursor_type, "openai_native._core.EventCursor");
    cursor_type.tp_as_async = &cursor_async;
    prepare_event_type(iterator_type, "openai_native._core.EventIterator");
    iterator_type.tp_as_async = &iterator_async;
    return PyType_Ready(&step_type) == 0 && PyType_Ready(&cursor_type) == 0 &&
           add_type(module, "EventIterator", iterator_type);
}

}  // namespace oai::python
