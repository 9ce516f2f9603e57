// The events of one stream for the tasks of one event loop. GIL held.
#pragma once

#include <Python.h>

#include "python/event_reader.hpp"
#include "python/loop.hpp"

namespace oai::python {

class event_source final : public event_reader, public receiver {
  public:
    // Takes over `ticket` of `home`.
    event_source(std::shared_ptr<loop_state> home, std::uint64_t ticket,
                 std::shared_ptr<api::event_stream> events, borrowed raw, borrowed owner,
                 event_settings settings);
    ~event_source() override;

    using event_reader::outcome;
    // The next event, if it is there.
    outcome next(ref& event);
    // A Call for `next() == wait`. `keeper` is kept alive with it. Null with an error set.
    ref wait(borrowed keeper);
    void close() noexcept override;

    bool receive(arrival& from) override;
    void orphan() noexcept override;
    void forget_waiter() noexcept { waiter_ = nullptr; }

  private:
    bool blocking() const noexcept override { return false; }
    bool inherited() const noexcept override { return home_->inherited(); }
    bool silent() const noexcept override { return home_->silent(); }
    void let_go() noexcept override { home_->dismiss(ticket_); }

    const std::shared_ptr<loop_state> home_;
    const std::uint64_t ticket_;
    borrowed waiter_ = nullptr;  // a Call, which owns its reference to us
};

}  // namespace oai::python
