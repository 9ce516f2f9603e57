#include "api/event_listener.hpp"

#include <algorithm>

namespace oai::api {
namespace {

bool is_sign_of_life(const stream_event& event) noexcept {
    return event.name == "ping" || event.name == "keepalive" || event.name == "heartbeat";
}

}  // namespace

void event_listener::heard(const std::vector<stream_event>& events) {
    if (!on_ || std::ranges::all_of(events, is_sign_of_life)) return;
    any_ = true;
    clocks_.event_came();
}

void event_listener::heard(std::string_view bytes) {
    if (!on_) return;
    decoder_.feed(bytes, found_);
    heard(found_);
    found_.clear();
}

}  // namespace oai::api
