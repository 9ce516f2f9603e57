#include "api/grace.hpp"

#include "net/deadline_wheel.hpp"
#include "net/engine.hpp"

namespace oai::api {
namespace {

constexpr milliseconds grace_time(50);

// Owns itself until its time is over, or its engine is.
class grace final : private net::deadline, private net::resident {
  public:
    grace(net::engine& on, std::shared_ptr<event_stream> events,
          std::shared_ptr<std::atomic<bool>> wanted)
        : events_(std::move(events)), wanted_(std::move(wanted)) {
        on.settle(*this);
        arm(on.wheel(), grace_time);
    }

  private:
    void expired() noexcept override {
        if (wanted_->load()) events_->close();
        delete this;
    }
    void engine_stopped() noexcept override { delete this; }

    const std::shared_ptr<event_stream> events_;
    const std::shared_ptr<std::atomic<bool>> wanted_;
};

}  // namespace

void close_later(std::shared_ptr<event_stream> events, std::shared_ptr<std::atomic<bool>> wanted) {
    net::engine& engine = net::engine::shared();
    engine.submit(
        net::make_job([&engine, events = std::move(events), wanted = std::move(wanted)]() noexcept {
            new grace(engine, events, wanted);
        }));
}

}  // namespace oai::api
