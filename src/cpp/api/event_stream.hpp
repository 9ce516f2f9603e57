// Events of one streaming response between the engine (producer) and one consumer at a time.
// Bounded: above the high watermark the engine stops reading the socket until the consumer is below
// the low one.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/failure.hpp"
#include "json/document.hpp"

namespace oai::api {

struct stream_event {
    std::string name;                        // SSE event name
    std::string data;                        // raw data; of delivery::bytes: a piece of the body
    std::optional<json::document> document;  // parsed on the engine; nullopt: not strict JSON
};

struct watermarks {
    std::size_t high_bytes = std::size_t{1} << 20, low_bytes = std::size_t{1} << 18;
    std::size_t high_events = 512, low_events = 128;
};

// Seconds since the call was submitted; negative: none came yet.
struct event_times {
    double first = -1, last = -1;
};

enum class pop_result {
    event,   // `out` holds the next event
    empty,   // nothing yet: arm() and wait for call_sink::readable
    ended,   // clean end: [DONE] or the end of the body
    failed,  // failure() says why; events before it were delivered
    closed,  // close() was called
};

class event_stream {
  public:
    virtual ~event_stream() = default;

    // Any thread, one consumer at a time.
    virtual pop_result pop(stream_event& out) = 0;
    // Asks for one call_sink::readable when pop() would no longer say `empty`. False: it already
    // would not, pop again. Arming twice is one request.
    virtual bool arm() = 0;
    virtual const failure& error() const noexcept = 0;
    // Any thread. When the engine had the first event, and the last one so far.
    virtual event_times times() const noexcept = 0;
    // Any thread, any number of times: closes the connection (or keeps it if the response is
    // complete).
    virtual void close() noexcept = 0;
};

}  // namespace oai::api
