#include "net/deadline_wheel.hpp"

namespace oai::net {

deadline_wheel::deadline_wheel(executor on) : slots_(steady::now()), timer_(on) {}

void deadline_wheel::arm(deadline_node& node, time_point when) {
    // A node put into a slot is looked at no later than `when`, and no sooner than the next
    // occupied slot.
    if (slots_.arm(node, when)) schedule();
}

void deadline_wheel::schedule() {
    const auto next = slots_.next();
    if (!next || *next >= scheduled_) return;
    scheduled_ = *next;
    timer_.expires_at(scheduled_);
    timer_.async_wait([this](error_code aborted) {
        if (aborted) return;
        scheduled_ = time_point::max();
        slots_.advance(steady::now());
        schedule();
    });
}

}  // namespace oai::net
