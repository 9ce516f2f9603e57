// text/event-stream bytes to events (WHATWG HTML, section 9.2.6). Pure: no I/O, no clock.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"

namespace oai::sse {

struct event {
    std::string name;  // the `event` field, empty if none
    std::string data;  // `data` fields joined by LF
    std::string id;    // last `id` seen on the stream
    long retry = -1;   // milliseconds, -1 if none
};

// Equal output for any cut of the input. Comments and events without data are skipped: the official
// client delivers the latter and then fails on their empty text.
class parser {
  public:
    explicit parser(std::size_t max_event_bytes = std::size_t{64} << 20);

    // Feeds bytes; completed events can then be taken with next(). errc::line_too_large is final.
    error_code feed(std::string_view bytes);
    // Moves the next completed event out; false if there is none yet.
    bool next(event& out);
    // The stream ended: an event without its closing empty line is dropped, as the standard says
    // and the official client does.
    void finish();

  private:
    void skip_bom(std::string_view& bytes);
    bool fits(std::size_t more) const noexcept;
    void take_line(std::string_view line);
    void take_field(std::string_view name, std::string_view value);
    void dispatch();

    const std::size_t max_event_bytes_;
    unsigned bom_matched_ = 0;  // bytes of a leading BOM seen so far; 3: past it
    bool skip_lf_ = false;      // the line before ended in CR: an LF right behind it belongs to it
    bool too_large_ = false;
    bool has_data_ = false;
    std::string line_;  // start of a line that is not complete yet
    event building_;
    std::vector<event> ready_;
    std::size_t taken_ = 0;  // events of `ready_` already moved out
};

}  // namespace oai::sse
