#include "api/attempt.hpp"

#include <utility>

#include "net/tls_failure.hpp"

namespace oai::api {
namespace {

// A connection that dies this soon after the request left was dead before: the peer's close had
// crossed it. Later, the peer may have begun to work on the request.
constexpr milliseconds stale_within(250);
constexpr std::size_t linger_bytes = 64 * 1024;

}  // namespace

task<bool> attempt::open(std::shared_ptr<http::pool> on, const http::request& message,
                         std::shared_ptr<const http::origin> to, bool fresh) {
    pool_ = std::move(on);
    to_ = std::move(to);
    step_ = step::acquire;
    exchange_ = co_await pool_->acquire(to_, clocks_, fresh, this, error_);
    step_ = step::none;
    if (cancelled_) refuse(errc::cancelled, to_->authority());
    if (!exchange_ || cancelled_) co_return false;
    connected_ = steady::now();
    acquired_ = exchange_->acquired();
    reused_ = exchange_->reused();
    exchange_->report_to(*this);

    start(clocks_.write, phase::write);
    error_code result = co_await exchange_->send(message);
    const bool sent = ended(result);
    sent_ = steady::now();
    // A peer may answer and close before it has read everything: then its answer counts.
    const bool may_have_answer = !timed_out_ && !cancelled_ && exchange_->sent_any();
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
    while (!result) {
        begin_read();
        result = co_await exchange_->read_some(body);
        if (!end_read(result)) co_return false;
        if (body.size() > at_most) {
            refuse(errc::body_too_large, to_->authority());
            co_return false;
        }
    }
    co_return true;
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
    timed_out_ = true;
    exchange_->cancel();
}

void attempt::moved() noexcept {
    if (each_) arm(wheel_, *each_);
}

void attempt::start(const limit& each, phase where) {
    where_ = where;
    step_ = step::exchange;
    each_ = each;
    if (!each) return;
    // Nothing happens within no time, not even what would be there at once.
    if (*each > milliseconds::zero())
        arm(wheel_, *each);
    else
        expired();
}

bool attempt::ended(error_code result) {
    disarm();
    step_ = step::none;
    if (!result || result == errc::end_of_body) return true;
    if (cancelled_) {
        result = errc::cancelled;
    } else if (timed_out_) {
        result = where_ == phase::write ? errc::write_timeout : errc::read_timeout;
    } else if (result == errc::cancelled) {
        // Nobody here cancelled it: the pool was closed under the call.
        result = errc::client_closed;
    }
    error_ = failure{result, where_, exchange_->sent_any(), to_->authority()};
    if (const net::proxy* by = exchange_->forwarder())
        error_.detail = "proxy " + by->name() + ", asked for " + error_.detail;
    if (const std::string told = net::explain_tls_alert(result); !told.empty()) {
        error_.code = errc::tls_failed;
        error_.detail += ": " + told;
    }
    return false;
}

void attempt::refuse(errc why, std::string detail) {
    error_ = failure{why, where_, exchange_ && exchange_->sent_any(), std::move(detail)};
}

bool attempt::judge_resend(const http::request& message) const noexcept {
    if (!reused_ || timed_out_ || cancelled_ || error_.code == errc::client_closed) return false;
    if (exchange_->received_any()) return false;
    return !exchange_->sent_any() || error_.where == phase::write || message.idempotent() ||
           steady::now() - sent_ < stale_within;
}

}  // namespace oai::api
