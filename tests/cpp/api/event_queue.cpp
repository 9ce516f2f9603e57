// The queue step by step: order, wake requests, watermarks, the ways to end.
#include "api/event_queue.hpp"

#include <boost/core/lightweight_test.hpp>

#include "api/live.hpp"

using namespace oai;
using namespace oai::api;

namespace {

std::vector<stream_event> events(int count, std::size_t size = 1) {
    std::vector<stream_event> batch(static_cast<std::size_t>(count));
    for (stream_event& each : batch) each.data.assign(size, 'x');
    return batch;
}

bool push(event_queue& queue, std::vector<stream_event> batch) {
    const bool wake = queue.push(batch);
    BOOST_TEST(batch.empty());
    return wake;
}

pop_result pop(event_queue& queue, bool* resumed = nullptr) {
    stream_event out;
    bool resume = false;
    const pop_result result = queue.pop(out, resume);
    if (resumed) *resumed = resume;
    return result;
}

void one_wake_per_request() {
    event_queue queue;
    BOOST_TEST(pop(queue) == pop_result::empty);
    BOOST_TEST(!push(queue, events(1)));  // nobody asked
    BOOST_TEST(!queue.arm());             // something is there
    BOOST_TEST(pop(queue) == pop_result::event);
    BOOST_TEST(queue.arm());
    BOOST_TEST(queue.arm());
    BOOST_TEST(!push(queue, {}));
    BOOST_TEST(push(queue, events(3)));
    BOOST_TEST(!push(queue, events(1)));
    for (int i = 0; i < 4; ++i) BOOST_TEST(pop(queue) == pop_result::event);
    BOOST_TEST(pop(queue) == pop_result::empty);
}

void keeps_order() {
    event_queue queue;
    std::vector<stream_event> batch(3);
    for (int i = 0; i < 3; ++i) batch[i].data = std::to_string(i);
    queue.push(batch);
    stream_event out;
    bool resume = false;
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(queue.pop(out, resume) == pop_result::event);
        BOOST_TEST_EQ(out.data, std::to_string(i));
    }
}

void ends() {
    event_queue clean;
    push(clean, events(1));
    BOOST_TEST(!clean.finish({}));
    BOOST_TEST(pop(clean) == pop_result::event);
    BOOST_TEST(pop(clean) == pop_result::ended);
    BOOST_TEST(pop(clean) == pop_result::ended);
    BOOST_TEST(!clean.arm());
    BOOST_TEST(!clean.close());  // the engine has nothing to do any more
    BOOST_TEST(pop(clean) == pop_result::closed);

    event_queue broken;
    BOOST_TEST(broken.arm());
    BOOST_TEST(broken.finish(failure{errc::read_timeout, phase::body, true, "host"}));
    BOOST_TEST(!broken.finish({}));  // the first end counts
    push(broken, events(1));         // too late
    BOOST_TEST(pop(broken) == pop_result::failed);
    BOOST_TEST(broken.error().code == errc::read_timeout);
    BOOST_TEST_EQ(broken.error().detail, "host");
}

void closes() {
    event_queue queue;
    push(queue, events(2));
    BOOST_TEST(!queue.closed());
    BOOST_TEST(queue.close());
    BOOST_TEST(!queue.close());
    BOOST_TEST(queue.closed());
    BOOST_TEST(!push(queue, events(1)));
    BOOST_TEST(pop(queue) == pop_result::closed);
    BOOST_TEST(!queue.arm());

    event_queue waiting;
    waiting.arm();
    waiting.close();
    BOOST_TEST(waiting.finish({}));  // the wake-up that was asked for is still owed
    BOOST_TEST(!waiting.finish({}));
}

void watermarks_by_count() {
    event_queue queue(watermarks{1000, 500, 4, 2});
    push(queue, events(4));
    BOOST_TEST(!queue.pause_if_full());
    push(queue, events(1));
    BOOST_TEST(queue.pause_if_full());
    bool resumed = true;
    for (const bool expected : {false, false, true, false}) {
        BOOST_TEST(pop(queue, &resumed) == pop_result::event);
        BOOST_TEST_EQ(resumed, expected);
    }
    BOOST_TEST(!queue.paused());
    BOOST_TEST(!queue.pause_if_full());
}

void watermarks_by_size() {
    event_queue queue(watermarks{1000, 500, 100, 50});
    push(queue, events(3, 400));
    BOOST_TEST(queue.pause_if_full());
    bool resumed = true;
    pop(queue, &resumed);
    BOOST_TEST(!resumed);
    pop(queue, &resumed);
    BOOST_TEST(resumed);

    push(queue, events(3, 400));
    BOOST_TEST(queue.pause_if_full());
    queue.close();
    BOOST_TEST(!queue.paused());  // whoever closes lets the reader go on, to its end
    BOOST_TEST(!queue.pause_if_full());
}

}  // namespace

int main() {
    one_wake_per_request();
    keeps_order();
    ends();
    closes();
    watermarks_by_count();
    watermarks_by_size();
    BOOST_TEST_EQ(live_streams.load(), 0);
    return boost::report_errors();
}
