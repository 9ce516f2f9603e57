// A stream that is closed a little later: its reader stays away, comes back, or the engine stops.
#include "api/grace.hpp"

#include <boost/core/lightweight_test.hpp>
#include <future>
#include <thread>

#include "net/engine.hpp"

using namespace oai;
using namespace oai::api;

namespace {

struct counters {
    std::atomic<int> closed{0};
    std::atomic<bool> gone{false};
};

class counting_stream final : public event_stream {
  public:
    explicit counting_stream(counters& into) : seen_(into) {}
    ~counting_stream() override { seen_.gone = true; }
    pop_result pop(stream_event&) override { return pop_result::empty; }
    bool arm() override { return false; }
    const failure& error() const noexcept override { return error_; }
    event_times times() const noexcept override { return {}; }
    void close() noexcept override { ++seen_.closed; }

  private:
    counters& seen_;
    const failure error_;
};

bool comes(const std::atomic<bool>& what) {
    for (int i = 0; i < 10'000 && !what; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return what;
}

void closes_unless_its_reader_comes_back() {
    for (const bool comes_back : {false, true}) {
        counters seen;
        const auto wanted = std::make_shared<std::atomic<bool>>(!comes_back);
        close_later(std::make_shared<counting_stream>(seen), wanted);
        BOOST_TEST(comes(seen.gone));
        BOOST_TEST_EQ(seen.closed, comes_back ? 0 : 1);
        BOOST_TEST_EQ(wanted.use_count(), 1);
    }
}

void a_stopping_engine_drops_it() {
    counters seen;
    const auto wanted = std::make_shared<std::atomic<bool>>(true);
    close_later(std::make_shared<counting_stream>(seen), wanted);
    std::promise<void> armed;
    net::engine::shared().submit(net::make_job([&armed] { armed.set_value(); }));
    armed.get_future().wait();
    net::engine::stop();
    BOOST_TEST(seen.gone);
    BOOST_TEST_EQ(wanted.use_count(), 1);
}

}  // namespace

int main() {
    closes_unless_its_reader_comes_back();
    a_stopping_engine_drops_it();
    return boost::report_errors();
}
