#include "python/awaitable.hpp"

#include <new>
#include <utility>

#include "python/call_object.hpp"
#include "python/interned.hpp"

namespace oai::python {
namespace {

using status = call_members::status;

call_object* self_of(PyObject* object) {
    return reinterpret_cast<call_object*>(object);
}

void hold(call_object* self) {
    // While somebody waits, the engine keeps the Call alive, as a transport keeps its waiter alive.
    if (!std::exchange(self->held, true)) Py_INCREF(self);
}

void let_go(call_object* self) {
    if (std::exchange(self->held, false)) Py_DECREF(self);
}

bool call_soon(call_object* self, borrowed callback, borrowed context) {
    const ref method = ref::steal(PyObject_GetAttr(self->loop.get(), name.call_soon));
    const ref keywords = method ? ref::steal(PyTuple_Pack(1, name.context)) : ref();
    if (!keywords) return false;
    PyObject* args[] = {callback, reinterpret_cast<PyObject*>(self), context};
    return static_cast<bool>(
        ref::steal(PyObject_Vectorcall(method.get(), args, 2, keywords.get())));
}

bool schedule_all(call_object* self) {
    const ref first = std::move(self->callback), context = std::move(self->context);
    const ref more = std::move(self->more);
    if (first && !call_soon(self, first.get(), context.get())) return false;
    for (Py_ssize_t i = 0; more && i < PyList_GET_SIZE(more.get()); ++i) {
        PyObject* pair = PyList_GET_ITEM(more.get(), i);
        if (!call_soon(self, PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1))) return false;
    }
    return true;
}

// Runs a callback now, in its context, as a Handle of the loop would.
bool run_now(call_object* self, borrowed callback, borrowed context) {
    PyObject* call = reinterpret_cast<PyObject*>(self);
    if (PyContext_Enter(context) < 0) {
        // Entered further up the stack (nested loops): the loop will run it later.
        PyErr_Clear();
        return call_soon(self, callback, context) ||
               report_to_loop(self->loop.get(), "Could not schedule a callback", call);
    }
    const ref done = ref::steal(PyObject_CallOneArg(callback, call));
    bool fine = true;
    if (!done) fine = report_to_loop(self->loop.get(), "Exception in a callback", callback);
    if (fine) return PyContext_Exit(context) == 0;
    const saved_error keep;
    PyContext_Exit(context);
    return false;
}

// nest_asyncio runs the loop inside its callbacks. A task woken from inside the drain would then
// wait for a drain that cannot run: its handle is being run already.
bool loops_nest() {
    static PyObject* const asyncio = PyImport_ImportModule("asyncio");
    if (asyncio == nullptr) return PyErr_Clear(), false;
    return PyDict_GetItemWithError(PyModule_GetDict(asyncio), name._nest_patched) != nullptr;
}

bool wake(call_object* self) {
    if (loops_nest())
        return schedule_all(self) ||
               report_to_loop(self->loop.get(), "Could not schedule a callback",
                              reinterpret_cast<PyObject*>(self));
    const ref first = std::move(self->callback), context = std::move(self->context);
    ref more = std::move(self->more);
    if (first && !run_now(self, first.get(), context.get())) {
        const saved_error keep;
        self->more = std::move(more);
        if (!schedule_all(self)) PyErr_Clear();
        return false;
    }
    for (Py_ssize_t i = 0; more && i < PyList_GET_SIZE(more.get()); ++i) {
        PyObject* pair = PyList_GET_ITEM(more.get(), i);
        if (run_now(self, PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1))) continue;
        const saved_error keep;
        PyList_SetSlice(more.get(), 0, i + 1, nullptr);
        self->more = std::move(more);
        if (!schedule_all(self)) PyErr_Clear();
        return false;
    }
    return true;
}

void abandon(call_object* self) noexcept {
    const std::unique_ptr<operation> work = std::move(self->work);
    if (work) work->abandon();
}

}  // namespace

ref make_call(std::shared_ptr<loop_state> home) {
    auto* self = PyObject_GC_New(call_object, &call_type);
    if (self == nullptr) return {};
    new (static_cast<call_members*>(self)) call_members;
    ++live_calls;
    self->loop = ref::share(home->loop());
    self->home = std::move(home);
    PyObject_GC_Track(self);
    return ref::steal(reinterpret_cast<PyObject*>(self));
}

void set_operation(borrowed call, std::unique_ptr<operation> work) noexcept {
    self_of(call)->work = std::move(work);
}

std::unique_ptr<operation> take_operation(borrowed call) noexcept {
    return std::move(self_of(call)->work);
}

bool settle(borrowed call, ref result) {
    auto* self = self_of(call);
    if (self->state != status::pending) {
        PyErr_Clear();
        return true;
    }
    const ref keep = ref::share(call);
    self->state = result ? status::done : status::failed;
    self->outcome = result ? std::move(result) : take_error();
    self->work.reset();
    let_go(self);
    return wake(self);
}

void drop(borrowed call) noexcept {
    auto* self = self_of(call);
    const ref keep = ref::share(call);
    abandon(self);
    const ref first = std::move(self->callback), context = std::move(self->context);
    const ref more = std::move(self->more);
    if (self->state == status::pending) self->state = status::cancelled;
    let_go(self);
}

PyObject* raise_cancelled(call_object* self) {
    PyObject* type = get(global::cancelled_error);
    if (type == nullptr) return nullptr;
    const ref error = ref::steal(self->message ? PyObject_CallOneArg(type, self->message.get())
                                               : PyObject_CallNoArgs(type));
    if (error) raise(error.get());
    return nullptr;
}

PyObject* result_of(call_object* self) {
    switch (self->state) {
        case status::done:
            return Py_NewRef(self->outcome.get());
        case status::failed:
            raise(self->outcome.get());
            return nullptr;
        case status::cancelled:
            return raise_cancelled(self);
        case status::pending:
            break;
    }
    const ref type = ref::steal(import_object("asyncio", "InvalidStateError"));
    if (type) PyErr_SetString(type.get(), "Result is not ready.");
    return nullptr;
}

bool cancel(call_object* self, borrowed message) {
    if (self->state != status::pending) return false;
    const ref keep = ref::share(reinterpret_cast<PyObject*>(self));
    self->state = status::cancelled;
    self->message = ref::share(message);
    abandon(self);
    let_go(self);
    return true;
}

bool add_callback(call_object* self, borrowed callback, borrowed context) {
    if (self->state != status::pending) return call_soon(self, callback, context);
    if (!self->callback) {
        self->callback = ref::share(callback);
        self->context = ref::share(context);
    } else {
        if (!self->more) self->more = ref::steal(PyList_New(0));
        const ref pair = ref::steal(PyTuple_Pack(2, callback, context));
        if (!self->more || !pair || PyList_Append(self->more.get(), pair.get()) < 0) return false;
    }
    hold(self);
    return true;
}

long remove_callback(call_object* self, borrowed callback) {
    long removed = 0;
    ref kept = ref::steal(PyList_New(0));
    const ref more = std::move(self->more);
    if (!kept) return -1;
    for (Py_ssize_t i = 0; more && i < PyList_GET_SIZE(more.get()); ++i) {
        PyObject* pair = PyList_GET_ITEM(more.get(), i);
        const int same = PyObject_RichCompareBool(PyTuple_GET_ITEM(pair, 0), callback, Py_EQ);
        if (same < 0) return -1;
        removed += same;
        if (same == 0 && PyList_Append(kept.get(), pair) < 0) return -1;
    }
    if (self->callback) {
        const int same = PyObject_RichCompareBool(self->callback.get(), callback, Py_EQ);
        if (same < 0) return -1;
        if (same > 0) {
            ++removed;
            self->callback.reset();
            self->context.reset();
        }
    }
    if (!self->callback && PyList_GET_SIZE(kept.get()) > 0) {
        PyObject* pair = PyList_GET_ITEM(kept.get(), 0);
        self->callback = ref::share(PyTuple_GET_ITEM(pair, 0));
        self->context = ref::share(PyTuple_GET_ITEM(pair, 1));
        PyList_SetSlice(kept.get(), 0, 1, nullptr);
    }
    if (PyList_GET_SIZE(kept.get()) > 0) self->more = std::move(kept);
    if (!self->callback) let_go(self);
    return removed;
}

bool schedule_callbacks(call_object* self) {
    return schedule_all(self);
}

PySendResult send_to_call(borrowed call, PyObject** result) {
    auto* self = self_of(call);
    if (self->state != status::pending) {
        *result = result_of(self);
        return *result != nullptr ? PYGEN_RETURN : PYGEN_ERROR;
    }
    if (self->blocking) {
        *result = nullptr;
        PyErr_SetString(PyExc_RuntimeError, "this call was awaited outside asyncio");
        return PYGEN_ERROR;
    }
    self->blocking = true;
    *result = Py_NewRef(call);
    return PYGEN_NEXT;
}

void leave_call(borrowed call) noexcept {
    // A Call that others wait for as a future goes on without this coroutine.
    auto* self = self_of(call);
    if (self->callback) return;
    const saved_error keep;
    cancel(self, nullptr);
}

PyObject* raise_thrown(PyObject* const* args, Py_ssize_t count) {
    if (count < 1 || count > 3) {
        PyErr_SetString(PyExc_TypeError, "throw() takes one to three arguments");
        return nullptr;
    }
    PyObject* type = args[0];
    PyObject* value = count > 1 ? args[1] : Py_None;
    if (PyExceptionInstance_Check(type)) {
        raise(type);
    } else if (PyExceptionClass_Check(type)) {
        PyErr_SetObject(type, value == Py_None ? nullptr : value);
    } else {
        PyErr_SetString(PyExc_TypeError, "throw() takes an exception class or instance");
    }
    return nullptr;
}

PyObject* stop_iteration(ref value) {
    // Through the constructor: a tuple or an exception as the value must stay what it is.
    const ref stop = ref::steal(PyObject_CallOneArg(PyExc_StopIteration, value.get()));
    if (stop) raise(stop.get());
    return nullptr;
}

PyObject* as_next(PySendResult how, PyObject* result) {
    if (how == PYGEN_RETURN) return stop_iteration(ref::steal(result));
    return how == PYGEN_NEXT ? result : nullptr;
}

}  // namespace oai::python
