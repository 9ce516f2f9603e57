// The events of one stream for threads that wait for them. GIL held.
#pragma once

#include <Python.h>

#include "python/event_reader.hpp"
#include "python/inbox.hpp"

namespace oai::python {

class blocking_events final : public event_reader {
  public:
    // Takes over the inbox that the stream's call was made with.
    blocking_events(inbox from, std::shared_ptr<api::event_stream> events, borrowed raw,
                    borrowed owner, event_settings settings);
    ~blocking_events() override;

    // Waits with the GIL released. Null with an error set, StopIteration at the end.
    ref next();
    void close() noexcept override;

  private:
    bool blocking() const noexcept override { return true; }
    bool inherited() const noexcept override { return from_.inherited(); }

    const inbox from_;
    bool being_read_ = false;
};

}  // namespace oai::python
