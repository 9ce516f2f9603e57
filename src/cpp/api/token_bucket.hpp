// One limit of so much a minute as a bucket that fills steadily. Integers only; the caller brings
// the time. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/clock.hpp"

namespace oai::api {

class token_bucket {
  public:
    static constexpr int whole_share = 64;
    static constexpr std::int64_t greatest_rate = 1'000'000'000;

    // Starts full.
    token_bucket(std::int64_t per_minute, std::int64_t capacity, time_point now)
        : per_minute_(std::clamp(per_minute, std::int64_t{1}, greatest_rate)), filled_at_(now) {
        hold(capacity);
        level_ = capacity_;
    }

    std::int64_t per_minute() const noexcept { return per_minute_; }

    // Another rate or capacity from now on; what is in it stays.
    void reshape(std::int64_t per_minute, std::int64_t capacity, std::int64_t margin_us) noexcept {
        per_minute_ = std::clamp(per_minute, std::int64_t{1}, greatest_rate);
        hold(capacity);
        margin_ = std::min(per_minute_ * whole_share * margin_us, capacity_ / 4);
        capacity_ -= margin_;
        level_ = std::min(level_, capacity_);
    }

    // `share` of its rate: all of it is whole_share.
    void fill(time_point now, int share) noexcept {
        const std::int64_t passed = std::min(micros(now - filled_at_), minute_us);
        if (passed <= 0) return;
        filled_at_ = now;
        level_ = std::min(level_ + passed * per_minute_ * share, capacity_);
    }

    // What costs more than ever fits goes when the bucket is full, and leaves a debt.
    time_point covers_at(std::int64_t cost, int share) const noexcept {
        const std::int64_t rate = per_minute_ * share;
        const std::int64_t wait = std::max<std::int64_t>(missing(cost), 0);
        return filled_at_ + std::chrono::microseconds(std::min((wait + rate - 1) / rate, year_us));
    }

    void take(std::int64_t cost) noexcept { give(-cost); }
    void give(std::int64_t amount) noexcept { move(bounded(amount) * part); }
    void drain() noexcept { level_ = std::min<std::int64_t>(level_, 0); }

    // What its owner says there was, `spent` of it gone since, `ago` of refill come back. Less the
    // margin. Requests overtake each other on their way, so that what one answer tells is too much
    // or too little: only what all answers of half a second agree on is believed.
    void tell(std::int64_t remaining, std::int64_t spent, steady::duration ago, time_point now,
              bool may_raise) noexcept {
        const std::int64_t passed = std::clamp(micros(ago), std::int64_t{0}, minute_us);
        const std::int64_t there = (bounded(remaining) - bounded(spent)) * part;
        const std::int64_t refilled = passed * per_minute_ * whole_share;
        const std::int64_t told = std::min(there + refilled - margin_, capacity_);
        least_surplus_ = std::min(least_surplus_, told - level_);
        most_surplus_ = std::max(most_surplus_, told - level_);
        if (now < agreed_at_) return;
        if (least_surplus_ > 0 && may_raise) move(least_surplus_);
        if (most_surplus_ < 0) move(most_surplus_);
        least_surplus_ = capacity_limit;
        most_surplus_ = -capacity_limit;
        agreed_at_ = now + agreement_time;
    }

  private:
    static constexpr std::int64_t minute_us = 60'000'000, year_us = 366 * 24 * 60 * minute_us;
    // A unit in parts, so that a microsecond's refill is a whole number of them.
    static constexpr std::int64_t part = minute_us * whole_share;
    static constexpr std::int64_t capacity_limit = greatest_rate * part;

    static std::int64_t micros(steady::duration time) noexcept {
        return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    }
    static std::int64_t bounded(std::int64_t amount) noexcept {
        return std::clamp(amount, -greatest_rate, greatest_rate);
    }
    void hold(std::int64_t capacity) noexcept {
        capacity_ = std::clamp(capacity, std::int64_t{1}, greatest_rate) * part;
    }
    void move(std::int64_t parts) noexcept {
        level_ = std::clamp(level_ + parts, -capacity_limit, capacity_);
    }
    std::int64_t missing(std::int64_t cost) const noexcept {
        return std::min(bounded(cost) * part, capacity_) - level_;
    }

    static constexpr milliseconds agreement_time{500};

    std::int64_t per_minute_, capacity_ = 0, margin_ = 0, level_ = 0;
    std::int64_t least_surplus_ = capacity_limit, most_surplus_ = -capacity_limit;
    time_point filled_at_, agreed_at_{};
};

}  // namespace oai::api
