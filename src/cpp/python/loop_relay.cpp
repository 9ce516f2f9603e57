#include "python/loop_relay.hpp"

#include <poll.h>

#include "python/interned.hpp"

namespace oai::python {
namespace {

struct relay {
    ref weak_loop;
    ref drain;
    std::shared_ptr<bridge::loop_port> port;
};

constexpr const char* capsule_name = "openai_native.relay";

// False: the loop is gone or closed.
bool announce(const relay& to) {
    const ref loop = ref::steal(PyObject_CallNoArgs(to.weak_loop.get()));
    if (!loop || loop.get() == Py_None) return false;
    const ref told = ref::steal(
        PyObject_CallMethodOneArg(loop.get(), name.call_soon_threadsafe, to.drain.get()));
    return static_cast<bool>(told);
}

PyObject* run(PyObject* capsule, PyObject*) {
    const auto& self = *static_cast<relay*>(PyCapsule_GetPointer(capsule, capsule_name));
    for (;;) {
        {
            const without_gil waiting;
            pollfd readable = {self.port->wakeup().fd(), POLLIN, 0};
            ::poll(&readable, 1, -1);
            self.port->wakeup().drain();
        }
        if (self.port->closed() || !announce(self)) break;
    }
    PyErr_Clear();
    Py_RETURN_NONE;
}

PyMethodDef run_method = {"relay", run, METH_NOARGS, nullptr};

}  // namespace

bool start_relay(borrowed weak_loop, borrowed drain, std::shared_ptr<bridge::loop_port> port) {
    auto* made = new relay{ref::share(weak_loop), ref::share(drain), std::move(port)};
    const ref capsule = ref::steal(PyCapsule_New(made, capsule_name, [](PyObject* capsule) {
        delete static_cast<relay*>(PyCapsule_GetPointer(capsule, capsule_name));
    }));
    if (!capsule) {
        delete made;
        return false;
    }
    PyObject* type = get(global::thread);
    const ref target = ref::steal(PyCFunction_New(&run_method, capsule.get()));
    const ref none = ref::steal(PyTuple_New(0));
    if (type == nullptr || !target || !none) return false;
    const ref options = ref::steal(Py_BuildValue("{s:O,s:O,s:s}", "target", target.get(), "daemon",
                                                 Py_True, "name", "openai-native-relay"));
    const ref thread = options ? ref::steal(PyObject_Call(type, none.get(), options.get())) : ref();
    if (!thread) return false;
    return static_cast<bool>(ref::steal(PyObject_CallMethod(thread.get(), "start", nullptr)));
}

}  // namespace oai::python
