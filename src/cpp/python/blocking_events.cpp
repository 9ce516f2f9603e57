#include "python/blocking_events.hpp"

namespace oai::python {

blocking_events::blocking_events(inbox from, std::shared_ptr<api::event_stream> events,
                                 borrowed raw, borrowed owner, event_settings settings)
    : event_reader(std::move(events), raw, owner, std::move(settings)), from_(std::move(from)) {}

blocking_events::~blocking_events() {
    finish();
    if (inherited()) leak();
}

ref blocking_events::next() {
    stay();
    if (inherited()) {
        PyErr_SetString(PyExc_RuntimeError, "this stream belongs to the parent process");
        return {};
    }
    if (std::exchange(being_read_, true)) {
        PyErr_SetString(PyExc_ValueError, "this stream is already being read by another thread");
        return {};
    }
    ref event;
    outcome came = take(event);
    while (came == outcome::wait) came = from_.next() ? take(event) : fail();
    being_read_ = false;
    return event;
}

void blocking_events::close() noexcept {
    closed_ = true;
    if (inherited()) return;
    events().close();
    if (being_read_)
        from_.nudge();
    else
        finish();
}

}  // namespace oai::python
