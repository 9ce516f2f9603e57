#include "python/grace.hpp"

#include "net/deadline_wheel.hpp"
#include "net/engine.hpp"

namespace oai::python {
namespace {

constexpr milliseconds grace_time(50);

// Owns itself until its time is over.
class grace final : public net::deadline {
  public:
    grace(std::shared_ptr<api::event_stream> events, std::shared_ptr<std::atomic<bool>> wanted)
        : events_(std::move(events)), wanted_(std::move(wanted)) {}

  protected:
    void expired() noexcept override {
        if (wanted_->load()) events_->close();
        delete this;
    }

  private:
    const std::shared_ptr<api::event_stream> events_;
    const std::shared_ptr<std::atomic<bool>> wanted_;
};

}  // namespace

void close_later(std::shared_ptr<api::event_stream> events,
                 std::shared_ptr<std::atomic<bool>> wanted) {
    net::engine& engine = net::engine::shared();
    engine.submit(
        net::make_job([&engine, events = std::move(events), wanted = std::move(wanted)]() noexcept {
            (new grace(events, wanted))->arm(engine.wheel(), grace_time);
        }));
}

}  // namespace oai::python
