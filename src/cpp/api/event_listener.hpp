// Tells an attempt's clocks of the events of its stream: comments, blank lines and the pings of
// gateways are none. Engine thread only.
#pragma once

#include <string_view>
#include <vector>

#include "api/attempt.hpp"
#include "api/event_decoder.hpp"

namespace oai::api {

class event_listener {
  public:
    explicit event_listener(attempt& clocks) : clocks_(clocks), on_(clocks.times_events()) {}

    void heard(const std::vector<stream_event>& events);
    // Of a stream that is handed out as bytes: its events are read for the clocks alone.
    void heard(std::string_view bytes);
    // Nothing was read for a while, by our own will.
    void back_from_rest() {
        if (on_ && any_) clocks_.event_came();
    }

  private:
    attempt& clocks_;
    const bool on_;
    bool any_ = false;
    event_decoder decoder_;
    std::vector<stream_event> found_;
};

}  // namespace oai::api
