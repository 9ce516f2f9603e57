// What the outcome of one call becomes, however the caller waits for it. GIL held.
#pragma once

#include <Python.h>

#include "python/arrival.hpp"
#include "python/call_builder.hpp"
#include "python/endpoint_spec.hpp"
#include "python/event_reader.hpp"
#include "python/interned.hpp"
#include "python/refs.hpp"

namespace oai::python {

class answer {
  public:
    // `owner`: the Endpoint object `to` lives in.
    answer(borrowed owner, endpoint& to, borrowed client)
        : owner_(ref::share(owner)), client_(ref::share(client)), to_(to) {}
    virtual ~answer() = default;

    // Says in the spec how to deliver, and in the log that a call begins. False with an error set.
    bool expect(built_call& built);
    // Finds the type that is asked for. An endpoint's first call imports it: done while the request
    // is on its way. False with an error set.
    bool know_type() { return streamed_ || verbatim_ || wanted(events_) != nullptr; }
    bool tells_retries() const noexcept { return tells_retries_; }
    // False: KeyboardInterrupt or SystemExit is being raised.
    bool note(const api::next_attempt& next) const;
    // A new object, or null with an error set.
    ref finish(api::outcome& came);

  protected:
    // The object that Python reads the events from, and the class that wraps it.
    virtual ref make_reader(std::shared_ptr<api::event_stream> events, borrowed raw,
                            const event_settings& settings) = 0;
    virtual global stream_class() const noexcept = 0;
    // The class of a response whose body is read as it comes.
    virtual global response_class() const noexcept = 0;

    borrowed owner() const noexcept { return owner_.get(); }
    int traverse_answer(visitproc visit, void* arg) const;

  private:
    bool log_end(const api::outcome& came) const;
    ref stream(api::outcome& came);
    ref byte_reader(api::outcome& came);
    ref streamed_response(api::outcome& came);
    ref take_reader(api::outcome& came, ref& raw, const target& into);
    const target* wanted(bool events);
    bool python_parses(const target& into) const noexcept {
        return raw_ || strict_ || into.is == target::kind::python;
    }

    const ref owner_, client_;
    endpoint& to_;
    int max_retries_ = 0;
    target override_;  // of this call only
    bool raw_ = false, strict_ = false, streamed_ = false, events_ = false, verbatim_ = false;
    bool tells_retries_ = false, logs_ = false;
};

}  // namespace oai::python
