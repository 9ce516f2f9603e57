// `EventIterator`: how Python reads a stream. GIL held.
#pragma once

#include <Python.h>

#include "python/event_source.hpp"

namespace oai::python {

// Takes over `ticket` of `home`. Null with an error set.
ref make_event_iterator(std::shared_ptr<loop_state> home, std::uint64_t ticket,
                        std::shared_ptr<api::event_stream> events, borrowed raw, borrowed owner,
                        const event_settings& settings);

bool init_event_iterator(PyObject* module);

}  // namespace oai::python
