#include "api/pacer.hpp"

#include <utility>

#include "api/token_count.hpp"
#include "net/engine.hpp"

namespace oai::api {
namespace {

constexpr double share_unit = 1e6;

}  // namespace

pacer_stats pacer::stats() const noexcept {
    if (generation_.load() != net::engine::generation()) return {};
    return {waiting_.get(),
            granted_.get(),
            refused_.get(),
            in_flight_.get(),
            requests_.get(),
            tokens_.get(),
            static_cast<double>(share_.get()) / share_unit};
}

void pacer::renew() {
    const unsigned now = net::engine::generation();
    if (policy_ && generation_ == now) return;
    queue_.unlink();
    generation_ = now;
    policy_.emplace(wanted_, steady::now());
    for (counter* each : {&waiting_, &granted_, &refused_, &in_flight_}) each->reset();
    publish();
}

void pacer::line_up(pacer_turn& who) noexcept {
    net::ring* place = &queue_;
    const bool is_last =
        queue_.alone() || static_cast<pacer_turn*>(queue_.before)->arrival_ < who.arrival_;
    if (!is_last) {
        place = queue_.after;
        while (static_cast<pacer_turn*>(place)->arrival_ < who.arrival_) place = place->after;
    }
    place->append(who);
}

void pacer::wake_first() noexcept {
    if (!queue_.alone()) static_cast<pacer_turn*>(queue_.after)->rest_.wake();
}

void pacer::publish() noexcept {
    in_flight_.set(static_cast<std::uint64_t>(policy_->in_flight()));
    refused_.set(static_cast<std::uint64_t>(policy_->refused()));
    requests_.set(static_cast<std::uint64_t>(policy_->requests_per_minute()));
    tokens_.set(static_cast<std::uint64_t>(policy_->tokens_per_minute()));
    share_.set(static_cast<std::uint64_t>(policy_->share() * share_unit));
}

pacer_turn::pacer_turn(std::shared_ptr<pacer> at, pause& rest, const http::request& message,
                       std::optional<std::int64_t> prompt_tokens)
    : at_(std::move(at)), rest_(rest), tokens_(expected_tokens(message.body, prompt_tokens)) {}

void pacer_turn::line_up() {
    at_->renew();
    if (generation_ != at_->generation_) arrival_ = ++at_->arrivals_;
    generation_ = at_->generation_;
    at_->line_up(*this);
    ++at_->waiting_;
}

time_point pacer_turn::ask() {
    if (at_->queue_.after != this) return time_point::max();
    const time_point now = steady::now();
    const time_point ready = at_->policy_->ready_at(now, tokens_);
    if (ready > now) return ready;
    unlink();
    grant_ = at_->policy_->take(tokens_);
    --at_->waiting_;
    ++at_->granted_;
    at_->publish();
    at_->wake_first();
    return now;
}

void pacer_turn::learn(const http::response_head& head, time_point sent) {
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    const double wall_seconds = std::chrono::duration<double>(wall).count();
    at_->policy_->learn(grant_, read_rate_report(head, wall_seconds), sent, steady::now());
    at_->publish();
    at_->wake_first();
}

void pacer_turn::settle(std::string_view answer) {
    if (const auto used = used_tokens(answer)) at_->policy_->settle(grant_, *used);
}

void pacer_turn::leave() noexcept {
    const bool waits = !alone();
    unlink();
    const bool had = std::exchange(grant_, grant()).number != 0;
    if ((!had && !waits) || generation_ != net::engine::generation()) return;
    if (had) at_->policy_->end();
    if (waits) --at_->waiting_;
    at_->publish();
    at_->wake_first();
}

}  // namespace oai::api
