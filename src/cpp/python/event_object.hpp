// What Python's objects for event streams have in common, be they read by tasks or by threads. GIL
// held.
#pragma once

#include <Python.h>

#include <memory>

#include "python/event_reader.hpp"

namespace oai::python {

struct event_object {
    PyObject_HEAD PyObject* weakrefs;
    event_reader* reader;
};

// One loop over it. Dropped before the end: the loop was left, and the stream is closed soon.
struct event_cursor {
    PyObject_HEAD PyObject* events;
};

// Null with an error set.
ref make_event_object(PyTypeObject& type, std::unique_ptr<event_reader> reader);
PyObject* make_event_cursor(PyTypeObject& type, borrowed events);

// Everything but the iteration: close(), parse_events(), `raw`, `closed`, weak references, the
// collector.
void prepare_event_type(PyTypeObject& type, const char* name);
void prepare_cursor_type(PyTypeObject& type, const char* name);

}  // namespace oai::python
