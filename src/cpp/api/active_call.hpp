// One call in flight. The submitter's handle and the coroutine share it. Everything but submit(),
// cancel() and the stream's messages happens on the engine thread.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "api/attempt.hpp"
#include "api/call.hpp"
#include "api/event_pump.hpp"
#include "api/pacer.hpp"
#include "api/pause.hpp"
#include "api/redirect.hpp"
#include "api/retry_policy.hpp"
#include "api/transport.hpp"
#include "net/engine.hpp"

namespace oai::api {

class active_call final : public call, public std::enable_shared_from_this<active_call> {
  public:
    active_call(std::shared_ptr<pooled_transport> via, call_spec spec,
                std::unique_ptr<call_sink> sink, net::engine& on);
    ~active_call() override;

    void submit();
    void cancel() noexcept override;
    void proceed(fresh_header credentials) noexcept override;
    // From the stream's consumer, any thread.
    void stream_closed() noexcept;
    void stream_drained() noexcept;

  private:
    enum class verdict { finish, again, rest_first };

    void tell_engine(void (active_call::*message)()) noexcept;
    void begin(const std::shared_ptr<active_call>& life);
    void give_up() noexcept;
    void interrupt();
    void on_stream_closed();
    void on_stream_drained();
    void on_answer(const fresh_header& credentials);

    task<> run(std::shared_ptr<active_call> life);
    task<> rest();
    task<> ask();
    task<> pace();
    bool may_go();
    bool prepare_attempt();
    bool take_side();
    verdict judge(bool& answered);
    bool redirected(bool& refused);
    bool refuse_redirect(errc why);
    bool deadline_forbids(milliseconds pause);
    std::uint64_t most_bytes() const noexcept;
    void start_over();
    bool reads_body_first() const noexcept;
    bool streams(bool answered) const noexcept;
    bool accepted() const noexcept;

    void hand_over_stream();
    void report(bool answered);
    void fill_outcome(bool answered);
    void parse_body();
    void finish() noexcept;
    double since_submit(time_point when) const noexcept;
    bool abandoned() const noexcept { return abandoned_.load(std::memory_order_acquire); }

    std::shared_ptr<pooled_transport> via_;  // until the call is over
    call_spec spec_;
    std::unique_ptr<call_sink> sink_;
    net::engine& engine_;
    const unsigned generation_ = net::engine::generation();
    const time_point submitted_ = steady::now();
    const time_point deadline_;
    std::size_t own_headers_;  // bytes of the caller's headers; the retry count follows them

    std::shared_ptr<engine_side> side_;
    std::optional<attempt> attempt_;
    std::optional<event_pump> pump_;
    pause pause_;
    std::unique_ptr<pacer_turn> turn_;  // null: nobody paces it
    outcome out_;
    time_point resume_at_{};
    bool asked_ = false;        // and not answered yet
    std::optional<hop> first_;  // where the call was going before it was redirected
    int hops_ = 0;
    int resends_ = 0;   // after a connection that was dead
    int refusals_ = 0;  // of servers that did not begin to work on it
    std::atomic<bool> abandoned_{false};
    std::atomic<bool> over_{false};
};

}  // namespace oai::api
