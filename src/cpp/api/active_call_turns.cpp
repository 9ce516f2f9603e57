// The part of a call that waits for its turn by rate limits.
#include "api/active_call.hpp"

#include <algorithm>

namespace oai::api {

// Redirected, or sent again because a connection was dead, an attempt keeps its grant.
task<> active_call::pace() {
    if (!take_side()) co_return;
    if (!turn_)
        turn_ =
            std::make_unique<pacer_turn>(spec_.pace, pause_, spec_.request, spec_.prompt_tokens);
    if (turn_->granted()) co_return;
    side_->resting.append(pause_);
    turn_->line_up();
    while (!abandoned() && !via_->closed() && steady::now() < deadline_) {
        const time_point again = std::min(turn_->ask(), deadline_);
        if (turn_->granted()) break;
        co_await pause_.until(engine_.get_executor(), again);
    }
    pause_.unlink();
    if (!turn_->granted()) turn_->leave();
}

// Not after a wait in vain.
bool active_call::may_go() {
    if (!turn_ || turn_->granted()) return true;
    const errc why = via_->closed() ? errc::client_closed : errc::deadline_timeout;
    attempt_->refuse(why, spec_.to->authority());
    return false;
}

}  // namespace oai::api
