// The events of one stream turned into Python objects, for one reader at a time. GIL held.
#pragma once

#include <Python.h>

#include <atomic>
#include <memory>

#include "api/event_stream.hpp"
#include "python/endpoint_spec.hpp"
#include "python/refs.hpp"

namespace oai::python {

struct event_settings {
    target into;
    bool synthesize = false;    // every event becomes {"event": name, "data": event}
    bool legacy_events = true;  // error objects raise; `thread.` events are wrapped
    bool strict = false;        // events are validated, by Python
};

class event_reader {
  public:
    // `owner` keeps the plan's owner, the Endpoint, alive.
    event_reader(std::shared_ptr<api::event_stream> events, borrowed raw, borrowed owner,
                 event_settings settings);
    virtual ~event_reader() = default;

    // Any task or thread that holds the GIL. Who waits comes to the end of the stream.
    virtual void close() noexcept = 0;
    // The reader left its loop: close soon, unless it comes back.
    void close_after_grace() noexcept;

    bool finished() const noexcept { return finished_; }
    borrowed raw() const noexcept { return raw_.get(); }
    api::event_times times() const noexcept { return events_->times(); }
    // Of a stream of bytes: what has not been read of it becomes events of that type. False with an
    // error set.
    bool parse_events(borrowed annotation);
    int traverse(visitproc visit, void* arg) const;

  protected:
    // `failed`: an error is set, Stop(Async)Iteration at the end; `wait`: nothing has come yet, the
    // stream is armed.
    enum class outcome : unsigned char { ready, failed, wait };
    outcome take(ref& event);
    // Somebody reads on: a loop that was left is forgiven.
    void stay() noexcept;
    outcome fail() noexcept;  // keeps the error that is set
    void finish() noexcept;
    // From the destructors of those who know whether the stream is a parent process's: leaks it.
    void leak() noexcept;

    virtual bool blocking() const noexcept = 0;
    virtual bool inherited() const noexcept = 0;
    // The process exits and this reader is to hear nothing of it.
    virtual bool silent() const noexcept { return false; }
    virtual void let_go() noexcept {}

    api::event_stream& events() const noexcept { return *events_; }
    bool closed_ = false;

  private:
    outcome stop();
    ref convert(api::stream_event& event);
    ref build_event(const json::document& document);
    ref build_event(std::string_view text);
    ref validated(ref value);
    ref wrap(const api::stream_event& event);
    ref raise_error_object(const json::document& document);

    std::shared_ptr<api::event_stream> events_;
    const ref raw_;
    const ref owner_;
    event_settings settings_;
    std::shared_ptr<std::atomic<bool>> leaving_;  // true: to be closed when the grace is over
    bool finished_ = false;
};

}  // namespace oai::python
