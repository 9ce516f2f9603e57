#include "api/attempt.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "net/tls_failure.hpp"

namespace oai::api {
namespace {

constexpr std::size_t linger_bytes = 64 * 1024;

// 0: not told, or not in a way that counts.
std::uint64_t announced_size(const http::response_head& head) noexcept {
    const std::string_view text = head.get("content-length");
    std::uint64_t size = 0;
    std::from_chars(text.data(), text.data() + text.size(), size);
    return size;
}

}  // namespace

task<bool> attempt::open(std::shared_ptr<http::pool> on, const http::request& message,
                         std::shared_ptr<const http::origin> to, bool fresh) {
    pool_ = std::move(on);
    to_ = std::move(to);
    step_ = step::acquire;
    if (until_ != time_point::max()) arm(wheel_, until_);
    exchange_ = co_await pool_->acquire(to_, clocks_, fresh, this, error_);
    disarm();
    step_ = step::none;
    if (cancelled_) refuse(errc::cancelled, to_->authority());
    if (!exchange_ || cancelled_) {
        if (timed_out() && !cancelled_) error_.code = expired_;
        name_clock();
        co_return false;
    }
    connected_ = steady::now();
    acquired_ = exchange_->acquired();
    reused_ = exchange_->reused();
    exchange_->report_to(*this);

    start(clocks_.write, phase::write);
    error_code result = co_await exchange_->send(message);
    const bool sent = ended(result);
    sent_ = steady::now();
    // A peer may answer and close before it has read everything: then its answer counts.
    const bool may_have_answer = !timed_out() && !cancelled_ && exchange_->sent_any();
    if (!sent && !may_have_answer) {
        may_resend_ = judge_resend(message);
        co_return false;
    }
    const failure write_error = std::exchange(error_, failure());

    auto head = std::make_shared<http::response_head>();
    start(clocks_.read, phase::head);
    result = co_await exchange_->read_head(*head);
    if (!ended(result)) {
        if (!sent && !cancelled_) error_ = write_error;
        may_resend_ = judge_resend(message);
        co_return false;
    }
    got_head_ = steady::now();
    head_ = std::move(head);
    co_return true;
}

task<bool> attempt::read_body(std::string& body, std::uint64_t at_most) {
    error_code result;
    where_ = phase::body;
    if (announced_size(*head_) > at_most) co_return refuse_size(at_most);
    while (!result) {
        begin_read();
        result = co_await exchange_->read_some(body);
        if (!end_read(result)) co_return false;
        if (body.size() > at_most) co_return refuse_size(at_most);
    }
    co_return true;
}

bool attempt::refuse_size(std::uint64_t at_most) {
    refuse(errc::body_too_large,
           to_->authority() + ", more than " + std::to_string(at_most) + " bytes");
    return false;
}

task<> attempt::linger(milliseconds within) {
    if (exchange_->try_finish()) co_return;
    std::string rest;
    error_code result;
    start(std::nullopt, phase::body);
    arm(wheel_, within);
    while (!result && rest.size() < linger_bytes) result = co_await exchange_->read_some(rest);
    ended(result);
}

void attempt::release() noexcept {
    if (exchange_) exchange_->try_finish();
    exchange_.reset();
}

void attempt::cancel() noexcept {
    cancelled_ = true;
    if (step_ == step::acquire) pool_->cancel_acquire(this);
    if (step_ == step::exchange) exchange_->cancel();
}

void attempt::expired() noexcept {
    const errc each = where_ == phase::write ? errc::write_timeout : errc::read_timeout;
    expired_ = steady::now() >= until_ ? until_means_ : each;
    if (step_ == step::acquire)
        pool_->cancel_acquire(this);
    else
        exchange_->cancel();
}

void attempt::moved() noexcept {
    if (each_) arm(wheel_, next_expiry());
}

void attempt::await_event(const limit& within, errc why) {
    until_ = deadline_;
    until_means_ = errc::deadline_timeout;
    if (!within) return;
    const time_point by = steady::now() + *within;
    if (by >= until_) return;
    until_ = by;
    until_means_ = why;
}

time_point attempt::next_expiry() const {
    return each_ ? std::min(until_, steady::now() + *each_) : until_;
}

void attempt::start(const limit& each, phase where) {
    where_ = where;
    step_ = step::exchange;
    each_ = each;
    const time_point at = next_expiry();
    // Nothing happens within no time, not even what would be there at once.
    if (each == milliseconds::zero() || (until_ == at && at <= steady::now()))
        expired();
    else if (at != time_point::max())
        arm(wheel_, at);
}

bool attempt::ended(error_code result) {
    disarm();
    step_ = step::none;
    if (!result || result == errc::end_of_body) return true;
    if (cancelled_) {
        result = errc::cancelled;
    } else if (timed_out()) {
        result = expired_;
    } else if (result == errc::cancelled) {
        // Nobody here cancelled it: the pool was closed under the call.
        result = errc::client_closed;
    }
    error_ = failure{result, where_, exchange_->sent_any(), to_->authority()};
    if (const net::proxy* by = exchange_->forwarder())
        error_.detail = "proxy " + by->name() + ", asked for " + error_.detail;
    if (result.category() != category()) {
        const std::string of_tls = net::explain_tls_alert(result);
        if (!of_tls.empty()) error_.code = errc::tls_failed;
        error_.detail += ": " + (of_tls.empty() ? result.message() : of_tls);
    }
    const std::string_view code = exchange_->reset_code();
    if (!code.empty()) error_.detail.append(": ").append(code);
    name_clock();
    return false;
}

limit attempt::length_of(errc clock) const noexcept {
    switch (clock) {
        case errc::connect_timeout:
            return clocks_.connect;
        case errc::pool_timeout:
            return clocks_.pool;
        case errc::write_timeout:
            return clocks_.write;
        case errc::read_timeout:
            return clocks_.read;
        case errc::deadline_timeout:
            return bounds_.deadline;
        case errc::first_event_timeout:
            return bounds_.first_event;
        case errc::stream_idle_timeout:
            return bounds_.stream_idle;
        default:
            return std::nullopt;
    }
}

void attempt::name_clock() noexcept {
    if (error_.code.category() == category())
        error_.after = length_of(static_cast<errc>(error_.code.value()));
}

void attempt::refuse(errc why, std::string detail) {
    error_ = failure{why, where_, exchange_ && exchange_->sent_any(), std::move(detail)};
    name_clock();
}

bool attempt::judge_resend(const http::request& message) const noexcept {
    if (!reused_ || timed_out() || cancelled_ || error_.code == errc::client_closed) return false;
    if (exchange_->received_any()) return false;
    return message.idempotent() || exchange_->undelivered();
}

}  // namespace oai::api
