// One request on one connection, with its clocks. Engine thread only. A coroutine of the call waits
// in at most one operation at a time; cancel() and the clocks make that operation fail.
#pragma once

#include <memory>
#include <string>

#include "api/call_bounds.hpp"
#include "core/clock.hpp"
#include "core/failure.hpp"
#include "http/pool.hpp"
#include "net/deadline_wheel.hpp"
#include "net/engine.hpp"

namespace oai::api {

class attempt final : private net::deadline, private http::progress {
  public:
    // `bounds` outlives it; `deadline` is the whole call's.
    attempt(net::engine& on, timeouts clocks, const call_bounds& bounds, time_point deadline)
        : wheel_(on.wheel()), clocks_(clocks), bounds_(bounds), deadline_(deadline) {
        await_event(bounds.first_event, errc::first_event_timeout);
    }
    ~attempt() override = default;

    // Connects, sends and reads the head. False: error() says why.
    task<bool> open(std::shared_ptr<http::pool> on, const http::request& message,
                    std::shared_ptr<const http::origin> to, bool fresh);
    task<bool> read_body(std::string& body, std::uint64_t at_most);
    // For reading piece by piece: co_await exchange().read_some(...) between these two. ended() is
    // true for bytes and for errc::end_of_body.
    void begin_read() { start(clocks_.read, phase::body); }
    bool end_read(error_code result) { return ended(result); }
    http::exchange& exchange() noexcept { return *exchange_; }
    // An event came, or reading goes on after a rest: the clock of the next event starts.
    void event_came() { await_event(bounds_.stream_idle, errc::stream_idle_timeout); }
    bool times_events() const noexcept { return bounds_.first_event || bounds_.stream_idle; }
    time_point deadline() const noexcept { return deadline_; }
    // Reads the rest of a response whose content is known, so that the connection can be kept.
    task<> linger(milliseconds within);

    // Gives the connection back, or closes it if the response is not complete.
    void release() noexcept;
    void cancel() noexcept;
    // The response came, but it is no good.
    void refuse(errc why, std::string detail);
    // More came than may. False, for the reading that stops.
    bool refuse_size(std::uint64_t at_most);
    bool cancelled() const noexcept { return cancelled_; }
    bool pending() const noexcept { return step_ != step::none; }

    const failure& error() const noexcept { return error_; }
    const std::shared_ptr<http::response_head>& head() const noexcept { return head_; }
    // The connection was dead before the request could have been served: a new one may be tried.
    bool may_resend() const noexcept { return may_resend_; }
    // The peer says that it did not begin to work on the request.
    bool unprocessed() const noexcept { return error_.code == errc::not_processed; }
    bool reused() const noexcept { return reused_; }
    const http::acquisition_times& acquired() const noexcept { return acquired_; }
    time_point connected_at() const noexcept { return connected_; }
    time_point sent_at() const noexcept { return sent_; }
    time_point head_at() const noexcept { return got_head_; }

  private:
    enum class step { none, acquire, exchange };

    void expired() noexcept override;
    void moved() noexcept override;
    void start(const limit& each, phase where);
    bool ended(error_code result);
    void await_event(const limit& within, errc why);
    time_point next_expiry() const;
    limit length_of(errc clock) const noexcept;
    void name_clock() noexcept;
    bool timed_out() const noexcept { return expired_ != errc::success; }
    bool judge_resend(const http::request& message) const noexcept;

    net::deadline_wheel& wheel_;
    const timeouts clocks_;
    const call_bounds& bounds_;
    const time_point deadline_;
    std::shared_ptr<http::pool> pool_;
    std::shared_ptr<const http::origin> to_;
    std::unique_ptr<http::exchange> exchange_;
    std::shared_ptr<http::response_head> head_;
    failure error_;
    limit each_;  // of the operation going on: for each of its sends or receives
    time_point until_ = time_point::max();  // whatever moves: then `until_means_` has happened
    errc until_means_ = errc::success;
    errc expired_ = errc::success;  // the clock that ended the operation
    http::acquisition_times acquired_;
    time_point connected_{}, sent_{}, got_head_{};
    phase where_ = phase::queue;
    step step_ = step::none;
    bool reused_ = false, cancelled_ = false, may_resend_ = false;
};

}  // namespace oai::api
