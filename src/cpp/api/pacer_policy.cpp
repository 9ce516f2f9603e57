#include "api/pacer_policy.hpp"

#include <algorithm>
#include <limits>

namespace oai::api {
namespace {

// How many calls go before the first answer may tell what the limits are.
constexpr std::int64_t probes = 8;
constexpr int least_share = token_bucket::whole_share / 8;
constexpr std::chrono::seconds recovery_step(1), smooth_time(60);
// How much earlier than others a request may reach the server.
constexpr std::int64_t margin_us = 250'000;

// What a limit lets through at once if nothing is known of how the server counts: what flows in
// half a second.
std::int64_t smooth_capacity(std::int64_t per_minute) noexcept {
    return std::max<std::int64_t>(per_minute / 120, 1);
}

// The server's bucket: what is left in it, and what will flow back until it is full.
std::int64_t told_capacity(const limit_report& said, std::int64_t per_minute) noexcept {
    if (!said.reset) return per_minute;
    const double flows_back = double(said.reset->count()) * double(per_minute) / 60'000;
    const double whole = double(*said.remaining) + flows_back;
    return std::int64_t(std::clamp(whole, 1.0, double(per_minute)));
}

}  // namespace

pacer_policy::pacer_policy(const pacer_settings& wanted, time_point now)
    : max_in_flight_(wanted.max_in_flight.value_or(std::numeric_limits<std::int64_t>::max())),
      adaptive_(wanted.adaptive) {
    requests_.wanted = wanted.requests_per_minute;
    tokens_.wanted = wanted.tokens_per_minute;
    for (limited* each : {&requests_, &tokens_})
        if (each->wanted) each->bucket.emplace(*each->wanted, smooth_capacity(*each->wanted), now);
    window_ = adaptive_ && !knows_limits() ? probes : 0;
}

time_point pacer_policy::ready_at(time_point now, std::int64_t tokens) {
    recover(now);
    if (!may_fly()) return time_point::max();
    time_point ready = std::max(resume_at_, now);
    const auto wait_for = [&](limited& what, std::int64_t cost) {
        if (!what.bucket) return;
        what.bucket->fill(now, share_);
        ready = std::max(ready, what.bucket->covers_at(cost, share_));
    };
    wait_for(requests_, 1);
    wait_for(tokens_, tokens);
    return ready;
}

bool pacer_policy::may_fly() const noexcept {
    return in_flight_ < max_in_flight_ && (window_ == 0 || in_flight_ < window_);
}

grant pacer_policy::take(std::int64_t tokens) {
    tokens = std::clamp<std::int64_t>(tokens, 0, token_bucket::greatest_rate);
    if (requests_.bucket) requests_.bucket->take(1);
    if (tokens_.bucket) tokens_.bucket->take(tokens);
    ++in_flight_;
    requests_.granted += 1;
    tokens_.granted += tokens;
    return {++last_number_, tokens, requests_.granted, tokens_.granted};
}

void pacer_policy::learn(const grant& which, const rate_report& said, time_point sent,
                         time_point now) {
    if (said.refused) ++refused_;
    if (!adaptive_) return;
    recover(now);
    if (said.refused) refuse(which, said, now);
    // The server refuses what comes behind a refused one, too: that is not spent.
    const bool spent = !said.refused;
    const std::int64_t requests = spent ? requests_.granted - which.requests_so_far : 0;
    const std::int64_t tokens = spent ? tokens_.granted - which.tokens_so_far : 0;
    mirror(requests_, said.requests, spending{requests, now - sent}, now);
    mirror(tokens_, said.tokens, spending{tokens, now - sent}, now);
    if (knows_limits())
        window_ = 0;
    else if (!said.refused)
        widen_window();
}

void pacer_policy::refuse(const grant& which, const rate_report& said, time_point now) noexcept {
    if (said.retry_after) resume_at_ = std::max(resume_at_, now + *said.retry_after);
    smooth_until_ = now + smooth_time;
    for (limited* each : {&requests_, &tokens_}) {
        const std::int64_t rate = each->per_minute();
        if (each->bucket) each->bucket->reshape(rate, smooth_capacity(rate), 0);
    }
    if (which.number <= cut_number_) return;
    cut_number_ = last_number_;
    recover_at_ = now + recovery_step;
    share_ = std::max(share_ - share_ / 8, least_share);
    window_ = std::max<std::int64_t>(std::min(window_, in_flight_) / 2, 1);
    window_credit_ = 0;
    const bool of_tokens = said.requests.remaining.value_or(0) > 0;
    limited& empty = of_tokens ? tokens_ : requests_;
    if (empty.bucket) empty.bucket->drain();
}

// A limit that was set lower than the server's is kept by our own count, and so is every limit
// after a 429 for a while: the server may count in other ways than it tells.
void pacer_policy::mirror(limited& what, const limit_report& said, const spending& since,
                          time_point now) {
    bool told = false;
    if (said.limit && *said.limit > 0) {
        const std::int64_t rate = std::min(*said.limit, what.wanted.value_or(*said.limit));
        if (!what.bucket) what.bucket.emplace(rate, smooth_capacity(rate), now);
        told = rate == *said.limit && said.remaining && now >= smooth_until_;
        what.bucket->fill(now, share_);
        what.bucket->reshape(rate, told ? told_capacity(said, rate) : smooth_capacity(rate),
                             told ? margin_us : 0);
    }
    what.told = told;
    if (!what.bucket || !said.remaining) return;
    what.bucket->tell(*said.remaining, since.amount, since.time, now, told);
}

void pacer_policy::settle(const grant& which, std::int64_t tokens) {
    // What the server told is what is left, by its own count.
    const auto used = std::clamp<std::int64_t>(tokens, 0, token_bucket::greatest_rate);
    if (tokens_.bucket && !tokens_.told) tokens_.bucket->give(which.tokens - used);
}

// One more call for each that was answered; after the first 429, for each window of them.
void pacer_policy::widen_window() noexcept {
    if (cut_number_ != 0 && ++window_credit_ < window_) return;
    window_credit_ = 0;
    ++window_;
}

void pacer_policy::recover(time_point now) noexcept {
    while (share_ < token_bucket::whole_share && now >= recover_at_) {
        ++share_;
        recover_at_ += recovery_step;
    }
}

}  // namespace oai::api
