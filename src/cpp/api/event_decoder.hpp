// The bytes of an event stream -> its events, until [DONE]. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "api/event_stream.hpp"
#include "sse/parser.hpp"

namespace oai::api {

class event_decoder {
  public:
    // Appends the events that `bytes` complete.
    failure feed(std::string_view bytes, std::vector<stream_event>& out);
    // The body has ended: an event that only lacks its empty line counts.
    void finish(std::vector<stream_event>& out);
    bool done() const noexcept { return done_; }  // [DONE] was seen

  private:
    void take_parsed(std::vector<stream_event>& out);

    sse::parser parser_;
    sse::event parsed_;
    bool done_ = false;
};

}  // namespace oai::api
