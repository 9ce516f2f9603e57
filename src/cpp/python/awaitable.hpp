// `Call`: what Python awaits while the engine works. A future and a coroutine in one raw type: it
// can be awaited, given to create_task, gather, shield, wait_for ... GIL held everywhere here.
#pragma once

#include <Python.h>

#include <memory>

#include "python/loop.hpp"
#include "python/refs.hpp"

namespace oai::python {

// The work behind a Call.
class operation {
  public:
    virtual ~operation() = default;
    // Nobody wants the result any more: stop the I/O without waiting for it.
    virtual void abandon() noexcept = 0;
    virtual int traverse(visitproc visit, void* arg) const = 0;
};

// A pending Call on `home`'s loop. Null with an error set.
ref make_call(std::shared_ptr<loop_state> home);
// The work that the Call stands for; set once, right after make_call.
void set_operation(borrowed call, std::unique_ptr<operation> work) noexcept;
// Out of the Call, which from now on is only waited for.
std::unique_ptr<operation> take_operation(borrowed call) noexcept;

// On the loop's thread, outside any task: settles the Call and wakes who waits for it at once,
// which saves a turn of the loop. `result` null: the error being raised. No effect if it is settled
// already. False: KeyboardInterrupt or SystemExit is being raised by a woken task.
bool settle(borrowed call, ref result);
// The loop is gone: forgets the waiting callbacks, wakes nobody.
void drop(borrowed call) noexcept;

// One step of awaiting, for iterators that delegate to a Call.
PySendResult send_to_call(borrowed call, PyObject** result);
// The awaiting coroutine was closed or had an exception thrown into it.
void leave_call(borrowed call) noexcept;

// Raises what throw(*args) of the coroutine protocol asks for; always returns null.
PyObject* raise_thrown(PyObject* const* args, Py_ssize_t count);
// The StopIteration with which a `send` returns `value`; always returns null.
PyObject* stop_iteration(ref value);
// What tp_iternext answers where am_send answered `how` with `result`.
PyObject* as_next(PySendResult how, PyObject* result);

bool init_awaitable(PyObject* module);

}  // namespace oai::python
