// When the next call may go, by the limits that were set and those that the server tells. Pure: the
// caller brings the time. Amounts are whole requests and tokens, a minute.
//
// A limit that was only set is kept smooth: no more than half a second's worth at once. What the
// server tells is mirrored: its answers say what was left when it had counted a request; what was
// granted since is gone, and what has flowed back since is there. A 429 lowers the pace (by an
// eighth, once for all calls granted before), stops bursts for a minute, and holds everybody back
// for as long as the server asks; the pace recovers in steps, one a second. While no limit is
// known, a window of calls in flight grows with the answers and shrinks with 429s, as TCP's does.
#pragma once

#include <cstdint>
#include <optional>

#include "api/rate_report.hpp"
#include "api/token_bucket.hpp"
#include "core/clock.hpp"

namespace oai::api {

struct pacer_settings {
    std::optional<std::int64_t> requests_per_minute, tokens_per_minute;
    std::optional<std::int64_t> max_in_flight;
    bool adaptive = true;
};

// What one attempt was granted, and what had been granted with it.
struct grant {
    std::uint64_t number = 0;
    std::int64_t tokens = 0;
    std::int64_t requests_so_far = 0, tokens_so_far = 0;
};

class pacer_policy {
  public:
    pacer_policy(const pacer_settings& wanted, time_point now);

    // When a call of so many tokens may go: not later than `now`, or later, or time_point::max():
    // not before something else has happened.
    time_point ready_at(time_point now, std::int64_t tokens);
    grant take(std::int64_t tokens);
    // The head of its answer came. `sent`: when its request had left.
    void learn(const grant& which, const rate_report& said, time_point sent, time_point now);
    // It has used so many tokens.
    void settle(const grant& which, std::int64_t tokens);
    // It is over; each grant once.
    void end() noexcept { --in_flight_; }

    bool counts_tokens() const noexcept { return tokens_.bucket.has_value() || adaptive_; }
    std::int64_t in_flight() const noexcept { return in_flight_; }
    std::int64_t refused() const noexcept { return refused_; }
    // In force, a minute; 0: none is known.
    std::int64_t requests_per_minute() const noexcept { return requests_.per_minute(); }
    std::int64_t tokens_per_minute() const noexcept { return tokens_.per_minute(); }
    // Of the full pace.
    double share() const noexcept { return double(share_) / token_bucket::whole_share; }

  private:
    struct limited {
        std::optional<std::int64_t> wanted;
        std::optional<token_bucket> bucket;
        std::int64_t granted = 0;  // in all
        bool told = false;         // by the server, in its last answer

        std::int64_t per_minute() const noexcept { return bucket ? bucket->per_minute() : 0; }
    };

    // By others, since the server counted a request.
    struct spending {
        std::int64_t amount;
        steady::duration time;
    };

    void recover(time_point now) noexcept;
    void refuse(const grant& which, const rate_report& said, time_point now) noexcept;
    void mirror(limited& what, const limit_report& said, const spending& since, time_point now);
    void widen_window() noexcept;
    bool may_fly() const noexcept;
    bool knows_limits() const noexcept { return requests_.bucket || tokens_.bucket; }

    const std::int64_t max_in_flight_;
    const bool adaptive_;
    limited requests_, tokens_;
    std::int64_t in_flight_ = 0, refused_ = 0;
    std::int64_t window_, window_credit_ = 0;  // of calls in flight; 0: none
    int share_ = token_bucket::whole_share;
    std::uint64_t last_number_ = 0, cut_number_ = 0;
    time_point resume_at_ = time_point::min();     // the server asked for a pause
    time_point recover_at_ = time_point::max();    // the next step back to the full pace
    time_point smooth_until_ = time_point::min();  // no bursts: there was a 429
};

}  // namespace oai::api
