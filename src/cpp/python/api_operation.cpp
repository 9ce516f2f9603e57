#include "python/api_operation.hpp"

#include "python/answer.hpp"
#include "python/awaitable.hpp"
#include "python/event_iterator.hpp"
#include "python/port_sink.hpp"
#include "python/question.hpp"

namespace oai::python {
namespace {

class api_operation final : public asking_operation, public receiver, private answer {
  public:
    api_operation(borrowed call, std::shared_ptr<loop_state> home, borrowed owner, endpoint& to,
                  borrowed client)
        : answer(owner, to, client),
          call_(call),
          home_(std::move(home)),
          ticket_(home_->enroll(this)) {}

    bool start(const native_client& with, built_call&& built);

    void abandon() noexcept override;
    int traverse(visitproc visit, void* arg) const override { return traverse_answer(visit, arg); }
    bool receive(arrival& from) override;
    void orphan() noexcept override;
    ref proceed(std::unique_ptr<asking_operation> self, api::fresh_header credentials) override;

  private:
    bool ask();
    ref make_reader(std::shared_ptr<api::event_stream> events, borrowed raw,
                    const event_settings& settings) override;
    global stream_class() const noexcept override { return global::async_stream; }
    global response_class() const noexcept override { return global::async_response; }

    borrowed call_;  // owns this; null while a question does
    const std::shared_ptr<loop_state> home_;
    const std::uint64_t ticket_;
    std::shared_ptr<api::call> io_;
    bool ticket_passed_on_ = false;
};

bool api_operation::start(const native_client& with, built_call&& built) {
    if (!expect(built)) return false;
    io_ = api::start(with.via, std::move(built.spec),
                     std::make_unique<port_sink>(home_->port(), ticket_, tells_retries()));
    return know_type();
}

void api_operation::abandon() noexcept {
    if (home_->inherited()) {
        static_cast<void>(new std::shared_ptr<api::call>(std::move(io_)));
        return;
    }
    home_->dismiss(ticket_);
    if (io_) io_->cancel();
}

void api_operation::orphan() noexcept {
    if (call_ != nullptr)
        drop(call_);
    else
        abandon();
}

// Who awaits the Call gets a question as its result, and awaits the Call of the answer instead.
bool api_operation::ask() {
    const ref call = ref::share(std::exchange(call_, nullptr));
    take_operation(call.get()).release();
    return settle(call.get(), make_question(std::unique_ptr<asking_operation>(this)));
}

ref api_operation::proceed(std::unique_ptr<asking_operation> self, api::fresh_header credentials) {
    ref call = make_call(home_);
    if (!call) {
        abandon();
        return {};
    }
    call_ = call.get();
    set_operation(call.get(), std::move(self));
    io_->proceed(std::move(credentials));
    return call;
}

bool api_operation::receive(arrival& from) {
    if (from.retry) return note(*from.retry);
    if (from.asks) return ask();
    if (!from.result) return true;
    const ref call = ref::share(call_);
    // Out of the Call while Python runs below: whatever it does, this object stays.
    const std::unique_ptr<operation> self = take_operation(call.get());
    if (!from.result->events) home_->dismiss(ticket_);
    ref result = finish(*from.result);
    if (!ticket_passed_on_) home_->dismiss(ticket_);
    return settle(call.get(), std::move(result));
}

ref api_operation::make_reader(std::shared_ptr<api::event_stream> events, borrowed raw,
                               const event_settings& settings) {
    ticket_passed_on_ = true;
    return make_event_iterator(
        std::make_unique<event_source>(home_, ticket_, std::move(events), raw, owner(), settings));
}

}  // namespace

ref start_call(std::shared_ptr<loop_state> home, borrowed owner, endpoint& to,
               const native_client& with, borrowed client, built_call&& built) {
    ref call = make_call(home);
    if (!call) return {};
    auto made = std::make_unique<api_operation>(call.get(), std::move(home), owner, to, client);
    api_operation& started = *made;
    set_operation(call.get(), std::move(made));
    return started.start(with, std::move(built)) ? std::move(call) : ref();
}

}  // namespace oai::python
