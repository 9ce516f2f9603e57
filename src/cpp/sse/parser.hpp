// text/event-stream bytes to events (WHATWG HTML, section 9.2.6). Pure: no I/O, no clock.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace oai::sse {

struct event {
    std::string name;   // the `event` field, empty if none
    std::string data;   // `data` fields joined by LF
    std::string id;     // last `id` seen on the stream
    long retry = -1;    // milliseconds, -1 if none
};

// Equal output for any cut of the input. Comments and events without data are skipped.
class parser {
  public:
    explicit parser(std::size_t max_event_bytes = std::size_t{64} << 20);

    // Feeds bytes; completed events can then be taken with next(). errc::line_too_large is final.
    error_code feed(std::string_view bytes);
    // Moves the next completed event out; false if there is none yet.
    bool next(event& out);
    // The stream ended: an event without its closing empty line is dropped, as the standard says, unless
    // the official client would deliver it (its decoder flushes at the end): then it is delivered.
    void finish();
};

}  // namespace oai::sse
