#include "python/blocking_call.hpp"

#include "python/answer.hpp"
#include "python/blocking_iterator.hpp"
#include "python/port_sink.hpp"

namespace oai::python {
namespace {

class blocking_call final : public answer {
  public:
    using answer::answer;

    ref run(const native_client& with, built_call&& built);

  private:
    ref make_reader(std::shared_ptr<api::event_stream> events, borrowed raw,
                    const event_settings& settings) override {
        return make_blocking_iterator(std::make_unique<blocking_events>(
            arrivals_, std::move(events), raw, owner(), settings));
    }
    global stream_class() const noexcept override { return global::stream; }

    const inbox arrivals_;
};

ref blocking_call::run(const native_client& with, built_call&& built) {
    if (!expect(built)) return {};
    const std::shared_ptr<api::call> io =
        api::start(with.via, std::move(built.spec),
                   std::make_unique<port_sink>(arrivals_.port(), 0, tells_retries()));
    for (;;) {
        const std::unique_ptr<arrival> came = arrivals_.next();
        if (!came || (came->retry && !note(*came->retry))) {
            io->cancel();
            return {};
        }
        if (came->result) return finish(*came->result);
    }
}

}  // namespace

ref make_blocking_call(borrowed owner, endpoint& to, const native_client& with, borrowed client,
                       built_call&& built) {
    return blocking_call(owner, to, client).run(with, std::move(built));
}

}  // namespace oai::python
