// Order, ownership and the empty -> non-empty signal of the completion queue, then many pushers at
// once.
#include "bridge/completion_queue.hpp"

#include <boost/core/lightweight_test.hpp>
#include <thread>
#include <vector>

using namespace oai::bridge;

namespace {

std::atomic<long> alive{0};

struct counted final : completion {
    explicit counted(std::uint64_t number) {
        ticket = number;
        ++alive;
    }
    ~counted() override { --alive; }
};

bool push(completion_queue& queue, std::uint64_t number) {
    return queue.push(std::make_unique<counted>(number));
}

void oldest_first() {
    completion_queue queue;
    BOOST_TEST(queue.empty());
    BOOST_TEST(queue.take_all() == nullptr);
    BOOST_TEST(push(queue, 1));
    BOOST_TEST(!push(queue, 2));
    BOOST_TEST(!push(queue, 3));
    BOOST_TEST(!queue.empty());
    completion* list = queue.take_all();
    BOOST_TEST(queue.empty());
    BOOST_TEST(push(queue, 4));  // empty again: the consumer has to be woken again
    std::uint64_t expected = 1;
    for (completion* node = list; node != nullptr; node = node->next)
        BOOST_TEST_EQ(node->ticket, expected++);
    BOOST_TEST_EQ(expected, 4u);
    destroy(list);
    BOOST_TEST_EQ(alive, 1);
}

void destructor_frees_the_rest() {
    {
        completion_queue queue;
        push(queue, 1);
        push(queue, 2);
    }
    BOOST_TEST_EQ(alive, 0);
}

// Each pusher's completions arrive in its order, none is lost, and each drain answers one signal.
void many_pushers() {
    constexpr std::uint64_t pushers = 4, each = 20'000;
    completion_queue queue;
    std::atomic<long> signals{0};
    std::vector<std::thread> threads;
    for (std::uint64_t id = 0; id < pushers; ++id)
        threads.emplace_back([&queue, &signals, id] {
            for (std::uint64_t i = 0; i < each; ++i)
                if (push(queue, id * each + i)) ++signals;
        });
    std::vector<std::uint64_t> next(pushers, 0);
    std::uint64_t seen = 0;
    long drains = 0;
    bool in_order = true;
    while (seen < pushers * each) {
        completion* list = queue.take_all();
        drains += list != nullptr;
        for (completion* node = list; node != nullptr; node = node->next, ++seen)
            in_order &= next[node->ticket / each]++ == node->ticket % each;
        destroy(list);
        if (list == nullptr) std::this_thread::yield();
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(in_order);
    BOOST_TEST_EQ(signals, drains);
    BOOST_TEST_EQ(alive, 0);
}

}  // namespace

int main() {
    oldest_first();
    destructor_frees_the_rest();
    many_pushers();
    return boost::report_errors();
}
