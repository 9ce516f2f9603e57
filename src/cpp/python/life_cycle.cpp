#include "python/life_cycle.hpp"

#include "api/call.hpp"
#include "net/engine.hpp"
#include "python/call_object.hpp"
#include "python/eviction.hpp"
#include "python/loop.hpp"
#include "python/refs.hpp"
#include "ws/channel.hpp"

namespace oai::python {
namespace {

PyObject* stop_engine(PyObject*, PyObject*) {
    {
        // It joins the engine's thread, which must not have to wait for us.
        const without_gil released;
        net::engine::stop();
    }
    Py_RETURN_NONE;
}

PyObject* at_exit(PyObject*, PyObject*) {
    expect_evictions();
    // First, so that no daemon thread reports the calls that end with the engine.
    loop_state::shut_all();
    return stop_engine(nullptr, nullptr);
}

PyObject* after_fork(PyObject*, PyObject*) {
    net::engine::forget_after_fork();
    loop_state::forget_all();
    Py_RETURN_NONE;
}

PyObject* live_objects(PyObject*, PyObject*) {
    loop_state::sweep_closed();
    const api::live_counts live = api::live();
    return Py_BuildValue("{s:l,s:l,s:l,s:l,s:l,s:l}", "calls", live.calls, "streams", live.streams,
                         "connections", live.connections, "awaitables", live_calls, "waiting",
                         loop_state::waiting_everywhere(), "sockets", ws::live_channels.load());
}

PyMethodDef functions[] = {
    {"stop_engine", stop_engine, METH_NOARGS, nullptr},
    {"live_objects", live_objects, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyMethodDef exit_method = {"at_exit", at_exit, METH_NOARGS, nullptr};
PyMethodDef fork_method = {"after_fork", after_fork, METH_NOARGS, nullptr};

bool register_exit() {
    const ref atexit = ref::steal(PyImport_ImportModule("atexit"));
    const ref hook = ref::steal(PyCFunction_New(&exit_method, nullptr));
    return atexit && hook &&
           ref::steal(PyObject_CallMethod(atexit.get(), "register", "O", hook.get()));
}

bool register_fork() {
    const ref os = ref::steal(PyImport_ImportModule("os"));
    const ref method =
        os ? ref::steal(PyObject_GetAttrString(os.get(), "register_at_fork")) : ref();
    const ref hook = ref::steal(PyCFunction_New(&fork_method, nullptr));
    const ref none = ref::steal(PyTuple_New(0));
    const ref options =
        hook ? ref::steal(Py_BuildValue("{s:O}", "after_in_child", hook.get())) : ref();
    return method && none && options &&
           ref::steal(PyObject_Call(method.get(), none.get(), options.get()));
}

}  // namespace

bool init_life_cycle(PyObject* module) {
    // What an exit handler that runs after ours started again is stopped at the very end.
    Py_AtExit([] { net::engine::stop(); });
    return PyModule_AddFunctions(module, functions) == 0 && register_exit() && register_fork();
}

}  // namespace oai::python
