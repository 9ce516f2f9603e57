// The events of one stream turned into Python objects, for one reader at a time. GIL held.
#pragma once

#include <Python.h>

#include <atomic>
#include <memory>

#include "api/event_stream.hpp"
#include "python/endpoint_spec.hpp"
#include "python/loop.hpp"
#include "python/refs.hpp"

namespace oai::python {

struct event_settings {
    target into;
    bool synthesize = false;    // every event becomes {"event": name, "data": event}
    bool legacy_events = true;  // error objects raise; `thread.` events are wrapped
    bool strict = false;        // events are validated, by Python
};

class event_source final : public receiver {
  public:
    event_source(std::shared_ptr<loop_state> home, std::uint64_t ticket,
                 std::shared_ptr<api::event_stream> events, borrowed raw, borrowed owner,
                 event_settings settings);
    ~event_source() override;

    enum class outcome : unsigned char { ready, failed, wait };
    // The next event; `failed`: an error is set, StopAsyncIteration at the end; `wait`: nothing has
    // come yet, the stream is armed and wants a waiter.
    outcome next(ref& event);
    // A Call for `next() == wait`. `keeper` is kept alive with it. Null with an error set.
    ref wait(borrowed keeper);

    // Any task or thread that holds the GIL. Who waits gets StopAsyncIteration.
    void close() noexcept;
    // The reader left its loop: close soon, unless it comes back.
    void close_after_grace() noexcept;

    bool finished() const noexcept { return finished_; }
    borrowed raw() const noexcept { return raw_.get(); }
    int traverse(visitproc visit, void* arg) const;

    bool receive(arrival& from) override;
    void orphan() noexcept override;
    void forget_waiter() noexcept { waiter_ = nullptr; }

  private:
    outcome take(ref& event);
    outcome stop();
    outcome fail();
    ref convert(api::stream_event& event);
    ref build_event(const json::document& document);
    ref build_event(std::string_view text);
    ref validated(ref value);
    ref wrap(const api::stream_event& event);
    ref raise_error_object(const json::document& document);
    void finish() noexcept;

    const std::shared_ptr<loop_state> home_;
    const std::uint64_t ticket_;
    std::shared_ptr<api::event_stream> events_;
    const ref raw_;
    const ref owner_;  // keeps the plan's owner, the Endpoint, alive
    const event_settings settings_;
    borrowed waiter_ = nullptr;                   // a Call, which owns its reference to us
    std::shared_ptr<std::atomic<bool>> leaving_;  // true: to be closed when the grace is over
    bool finished_ = false;
    bool closed_ = false;
};

}  // namespace oai::python
