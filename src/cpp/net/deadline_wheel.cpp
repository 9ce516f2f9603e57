#include "net/deadline_wheel.hpp"

#include <new>

namespace oai::net {

deadline_wheel::deadline_wheel(executor on) : slots_(steady::now()), timer_(on) {}

void deadline_wheel::arm(deadline_node& node, time_point when) noexcept {
    // A node put into a slot is looked at no later than `when`, and no sooner than the next
    // occupied slot.
    if (slots_.arm(node, when)) schedule();
}

void deadline_wheel::schedule() noexcept {
    const auto next = slots_.next();
    if (!next || *next >= scheduled_) return;
    scheduled_ = time_point::max();
    timer_.expires_at(*next);
    try {
        timer_.async_wait([this](error_code aborted) {
            if (aborted) return;
            scheduled_ = time_point::max();
            slots_.advance(steady::now());
            schedule();
        });
        scheduled_ = *next;
    } catch (const std::bad_alloc&) {
        return;  // whoever arms next tries again
    }
}

}  // namespace oai::net
