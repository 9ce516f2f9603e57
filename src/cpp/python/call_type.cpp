// How Python sees a Call: the methods of asyncio.Future and of a coroutine.
#include "python/awaitable.hpp"
#include "python/call_object.hpp"
#include "python/interned.hpp"
#include "python/type.hpp"

namespace oai::python {

PyTypeObject call_type = blank_type();
long live_calls = 0;

namespace {

using status = call_members::status;

call_object* self_of(PyObject* object) {
    return reinterpret_cast<call_object*>(object);
}

void dealloc(PyObject* object) {
    auto* self = self_of(object);
    PyObject_GC_UnTrack(object);
    if (self->weakrefs != nullptr) PyObject_ClearWeakRefs(object);
    {
        const saved_error keep;
        const std::unique_ptr<operation> work = std::move(self->work);
        if (work && self->state == status::pending) work->abandon();
    }
    static_cast<call_members*>(self)->~call_members();
    --live_calls;
    PyObject_GC_Del(object);
}

int traverse(PyObject* object, visitproc visit, void* arg) {
    auto* self = self_of(object);
    for (const ref* each : {&self->loop, &self->outcome, &self->message, &self->callback,
                            &self->context, &self->more})
        if (const int stop = each->visit(visit, arg)) return stop;
    return self->work ? self->work->traverse(visit, arg) : 0;
}

int clear(PyObject* object) {
    auto* self = self_of(object);
    for (ref* each : {&self->outcome, &self->callback, &self->context, &self->more}) each->reset();
    if (self->state == status::done || self->state == status::failed)
        self->outcome = ref::share(Py_None);
    return 0;
}

PyObject* same(PyObject* object) {
    return Py_NewRef(object);
}

PySendResult am_send(PyObject* object, PyObject*, PyObject** result) {
    return send_to_call(object, result);
}

PyObject* next(PyObject* object) {
    PyObject* result = nullptr;
    const PySendResult how = send_to_call(object, &result);
    return as_next(how, result);
}

PyObject* send(PyObject* object, PyObject*) {
    return next(object);
}

PyObject* throw_(PyObject* object, PyObject* const* args, Py_ssize_t count) {
    leave_call(object);
    return raise_thrown(args, count);
}

PyObject* close(PyObject* object, PyObject*) {
    leave_call(object);
    Py_RETURN_NONE;
}

PyObject* add_done_callback(PyObject* object, PyObject* const* args, Py_ssize_t count,
                            PyObject* keywords) {
    const Py_ssize_t named = keywords != nullptr ? PyTuple_GET_SIZE(keywords) : 0;
    if (count != 1 || named > 1 ||
        (named == 1 && PyUnicode_Compare(PyTuple_GET_ITEM(keywords, 0), name.context) != 0)) {
        PyErr_SetString(PyExc_TypeError, "add_done_callback(callback, *, context=None)");
        return nullptr;
    }
    ref context = named == 1 && args[1] != Py_None ? ref::share(args[1])
                                                   : ref::steal(PyContext_CopyCurrent());
    if (!context || !add_callback(self_of(object), args[0], context.get())) return nullptr;
    Py_RETURN_NONE;
}

PyObject* remove_done_callback(PyObject* object, PyObject* callback) {
    const ref keep = ref::share(object);
    const long removed = remove_callback(self_of(object), callback);
    return removed < 0 ? nullptr : PyLong_FromLong(removed);
}

PyObject* cancel_(PyObject* object, PyObject* args, PyObject* keywords) {
    static const char* known[] = {"msg", nullptr};
    PyObject* message = nullptr;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|O:cancel", const_cast<char**>(known),
                                     &message))
        return nullptr;
    if (message == Py_None) message = nullptr;
    if (!cancel(self_of(object), message)) Py_RETURN_FALSE;
    if (!schedule_callbacks(self_of(object))) return nullptr;
    Py_RETURN_TRUE;
}

PyObject* cancelled(PyObject* object, PyObject*) {
    return PyBool_FromLong(self_of(object)->state == status::cancelled);
}

PyObject* done(PyObject* object, PyObject*) {
    return PyBool_FromLong(self_of(object)->state != status::pending);
}

PyObject* result(PyObject* object, PyObject*) {
    return result_of(self_of(object));
}

PyObject* exception(PyObject* object, PyObject*) {
    auto* self = self_of(object);
    if (self->state == status::done) Py_RETURN_NONE;
    if (self->state == status::failed) return Py_NewRef(self->outcome.get());
    return result_of(self);
}

PyObject* make_cancelled_error(PyObject* object, PyObject*) {
    raise_cancelled(self_of(object));
    return take_error().release();
}

PyObject* get_loop(PyObject* object, PyObject*) {
    return Py_NewRef(self_of(object)->loop.get());
}

PyObject* loop_property(PyObject* object, void*) {
    return get_loop(object, nullptr);
}

PyObject* get_blocking(PyObject* object, void*) {
    return PyBool_FromLong(self_of(object)->blocking);
}

int set_blocking(PyObject* object, PyObject* value, void*) {
    const int truth = value != nullptr ? PyObject_IsTrue(value) : 0;
    if (truth < 0) return -1;
    self_of(object)->blocking = truth != 0;
    return 0;
}

PyObject* repr(PyObject* object) {
    constexpr const char* words[] = {"pending", "finished", "failed", "cancelled"};
    return PyUnicode_FromFormat("<openai_native call %s>",
                                words[static_cast<int>(self_of(object)->state)]);
}

PyMethodDef methods[] = {
    {"send", send, METH_O, nullptr},
    {"throw", as_method(throw_), METH_FASTCALL, nullptr},
    {"close", close, METH_NOARGS, nullptr},
    {"add_done_callback", as_method(add_done_callback), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {"remove_done_callback", remove_done_callback, METH_O, nullptr},
    {"cancel", as_method(cancel_), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"cancelled", cancelled, METH_NOARGS, nullptr},
    {"done", done, METH_NOARGS, nullptr},
    {"result", result, METH_NOARGS, nullptr},
    {"exception", exception, METH_NOARGS, nullptr},
    {"get_loop", get_loop, METH_NOARGS, nullptr},
    {"_make_cancelled_error", make_cancelled_error, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef properties[] = {
    {"_asyncio_future_blocking", get_blocking, set_blocking, nullptr, nullptr},
    {"_loop", loop_property, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyAsyncMethods async_methods = {same, nullptr, nullptr, am_send};

}  // namespace

bool init_awaitable(PyObject* module) {
    PyTypeObject& type = call_type;
    type.tp_name = "openai_native._core.Call";
    type.tp_basicsize = sizeof(call_object);
    type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;
    type.tp_dealloc = dealloc;
    type.tp_traverse = traverse;
    type.tp_clear = clear;
    type.tp_weaklistoffset = sizeof(PyObject);
    type.tp_repr = repr;
    type.tp_iter = same;
    type.tp_iternext = next;
    type.tp_as_async = &async_methods;
    type.tp_methods = methods;
    type.tp_getset = properties;
    return add_type(module, "Call", type);
}

}  // namespace oai::python
