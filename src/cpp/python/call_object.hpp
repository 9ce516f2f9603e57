// The layout of a `Call`, shared by awaitable.cpp (what it does) and call_type.cpp (how Python sees
// it).
#pragma once

#include <Python.h>

#include <memory>

#include "python/awaitable.hpp"
#include "python/refs.hpp"

namespace oai::python {

struct call_members {
    enum class status : unsigned char { pending, done, failed, cancelled };

    PyObject* weakrefs = nullptr;
    std::shared_ptr<loop_state> home;
    std::unique_ptr<operation> work;
    ref loop;
    ref outcome;            // the result or the exception
    ref message;            // of the cancellation
    ref callback, context;  // the first; nearly always the only one
    ref more;               // list of (callback, context)
    status state = status::pending;
    bool blocking = false;  // `_asyncio_future_blocking`
    bool held = false;      // kept alive by whoever waits
};

// The C++ part follows the Python head, so `weakrefs` stands right behind it.
struct call_object : PyObject, call_members {};

extern PyTypeObject call_type;
extern long live_calls;

PyObject* result_of(call_object* self);
PyObject* raise_cancelled(call_object* self);
// False: it was settled already. Callbacks are left to schedule_callbacks.
bool cancel(call_object* self, borrowed message);
bool add_callback(call_object* self, borrowed callback, borrowed context);
long remove_callback(call_object* self, borrowed callback);
bool schedule_callbacks(call_object* self);

}  // namespace oai::python
