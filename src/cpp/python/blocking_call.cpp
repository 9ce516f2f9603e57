#include "python/blocking_call.hpp"

#include "python/answer.hpp"
#include "python/blocking_iterator.hpp"
#include "python/port_sink.hpp"
#include "python/question.hpp"

namespace oai::python {
namespace {

class blocking_call final : public asking_operation, private answer {
  public:
    using answer::answer;

    bool start(const native_client& with, built_call&& built);
    // The result, or a question that keeps `self`.
    ref wait(std::unique_ptr<asking_operation> self);

    void abandon() noexcept override;
    int traverse(visitproc visit, void* arg) const override { return traverse_answer(visit, arg); }
    ref proceed(std::unique_ptr<asking_operation> self, api::fresh_header credentials) override;

  private:
    ref make_reader(std::shared_ptr<api::event_stream> events, borrowed raw,
                    const event_settings& settings) override {
        return make_blocking_iterator(std::make_unique<blocking_events>(
            arrivals_, std::move(events), raw, owner(), settings));
    }
    global stream_class() const noexcept override { return global::stream; }
    global response_class() const noexcept override { return global::response; }

    const inbox arrivals_;
    std::shared_ptr<api::call> io_;
};

bool blocking_call::start(const native_client& with, built_call&& built) {
    if (!expect(built)) return false;
    io_ = api::start(with.via, std::move(built.spec),
                     std::make_unique<port_sink>(arrivals_.port(), 0, tells_retries()));
    if (know_type()) return true;
    abandon();
    return false;
}

void blocking_call::abandon() noexcept {
    if (arrivals_.inherited())
        static_cast<void>(new std::shared_ptr<api::call>(std::move(io_)));
    else
        io_->cancel();
}

ref blocking_call::wait(std::unique_ptr<asking_operation> self) {
    for (;;) {
        const std::unique_ptr<arrival> came = arrivals_.next();
        if (!came || (came->retry && !note(*came->retry))) {
            abandon();
            return {};
        }
        if (came->asks) return make_question(std::move(self));
        if (came->result) return finish(*came->result);
    }
}

ref blocking_call::proceed(std::unique_ptr<asking_operation> self, api::fresh_header credentials) {
    io_->proceed(std::move(credentials));
    return wait(std::move(self));
}

}  // namespace

ref make_blocking_call(borrowed owner, endpoint& to, const native_client& with, borrowed client,
                       built_call&& built) {
    auto made = std::make_unique<blocking_call>(owner, to, client);
    blocking_call& started = *made;
    if (!started.start(with, std::move(built))) return {};
    return started.wait(std::move(made));
}

}  // namespace oai::python
