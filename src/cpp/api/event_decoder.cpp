#include "api/event_decoder.hpp"

#include <utility>

namespace oai::api {
namespace {

constexpr std::string_view end_marker = "[DONE]";

}  // namespace

failure event_decoder::feed(std::string_view bytes, std::vector<stream_event>& out) {
    failure why;
    if (const error_code refused = parser_.feed(bytes))
        why = failure{refused, phase::body, true, {}};
    take_parsed(out);
    return why;
}

void event_decoder::finish(std::vector<stream_event>& out) {
    if (done_) return;
    parser_.finish();
    take_parsed(out);
}

void event_decoder::take_parsed(std::vector<stream_event>& out) {
    while (!done_ && parser_.next(parsed_)) {
        if (parsed_.data.starts_with(end_marker)) {
            done_ = true;
            return;
        }
        stream_event& event = out.emplace_back();
        event.document = json::document::parse(parsed_.data);
        event.name = std::move(parsed_.name);
        event.data = std::move(parsed_.data);
    }
}

}  // namespace oai::api
