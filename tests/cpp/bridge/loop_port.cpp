// Delivery to one consumer: wake-ups, close while others deliver, what is given back, fork.
#include "bridge/loop_port.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/core/lightweight_test.hpp>
#include <thread>
#include <vector>

using namespace oai::bridge;

namespace {

std::atomic<long> alive{0};

struct counted final : completion {
    counted() { ++alive; }
    ~counted() override { --alive; }
};

bool readable(loop_port& port, int wait_ms = 0) {
    pollfd entry{port.wakeup().fd(), POLLIN, 0};
    return ::poll(&entry, 1, wait_ms) == 1;
}

long take(loop_port& port) {
    completion* list = port.take_all();
    long count = 0;
    for (completion* node = list; node != nullptr; node = node->next) ++count;
    destroy(list);
    return count;
}

void wakes_once_a_batch() {
    const auto port = loop_port::make();
    BOOST_TEST(!readable(*port));
    port->deliver(std::make_unique<counted>());
    BOOST_TEST(readable(*port));
    port->wakeup().drain();
    port->deliver(std::make_unique<counted>());  // not empty: no second write
    BOOST_TEST(!readable(*port));
    BOOST_TEST_EQ(take(*port), 2);
    port->deliver(std::make_unique<counted>());
    BOOST_TEST(readable(*port));
}

void closed_destroys() {
    const auto port = loop_port::make();
    port->deliver(std::make_unique<counted>());
    BOOST_TEST(!port->closed());
    port->close();
    BOOST_TEST(port->closed());
    BOOST_TEST_EQ(alive, 0);
    port->wakeup().drain();
    port->deliver(std::make_unique<counted>());
    BOOST_TEST_EQ(alive, 0);
    BOOST_TEST(!readable(*port));
    BOOST_TEST(port->take_all() == nullptr);
}

// A consumer that sleeps on the descriptor gets everything: a lost wake-up would run into the
// limit.
void no_lost_wakeup() {
    constexpr long producers = 3, each = 20'000;
    const auto port = loop_port::make();
    std::vector<std::thread> threads;
    for (long id = 0; id < producers; ++id)
        threads.emplace_back([port] {
            for (long i = 0; i < each; ++i) port->deliver(std::make_unique<counted>());
        });
    long seen = 0;
    while (seen < producers * each) {
        if (!readable(*port, 10'000)) break;
        port->wakeup().drain();
        seen += take(*port);
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST_EQ(seen, producers * each);
    BOOST_TEST_EQ(alive, 0);
}

// Whoever comes last, close() or deliver(), nothing is left behind.
void close_against_deliver() {
    for (int round = 0; round < 300; ++round) {
        const auto port = loop_port::make();
        std::atomic<bool> go{false};
        std::vector<std::thread> threads;
        for (int id = 0; id < 2; ++id)
            threads.emplace_back([port, &go] {
                while (!go) std::this_thread::yield();
                for (int i = 0; i < 20; ++i) port->deliver(std::make_unique<counted>());
            });
        go = true;
        if (round % 2) std::this_thread::yield();
        port->close();
        for (std::thread& thread : threads) thread.join();
        BOOST_TEST_EQ(alive, 0);
    }
}

std::unique_ptr<completion> take_one(loop_port& port) {
    std::unique_ptr<completion> only(port.take_all());
    BOOST_TEST(only && only->next == nullptr);
    return only;
}

void given_back_until_the_next_delivery() {
    const auto port = loop_port::make();
    port->deliver(std::make_unique<counted>());
    port->give_back(take_one(*port), 1000);
    BOOST_TEST_EQ(alive, 1);
    port->deliver(std::make_unique<counted>());
    BOOST_TEST_EQ(alive, 1);
    port->give_back(take_one(*port), 1000);
    BOOST_TEST_EQ(alive, 1);
    port->close();
    BOOST_TEST_EQ(alive, 0);
    port->give_back(std::make_unique<counted>(), 1000);
    BOOST_TEST_EQ(alive, 0);
}

// What waits to be freed is bounded: a large answer does not wait, nor do very many small ones.
void given_back_within_bounds() {
    constexpr std::size_t mebibyte = 1 << 20;
    const auto port = loop_port::make();
    port->give_back(std::make_unique<counted>(), 2 * mebibyte);
    BOOST_TEST_EQ(alive, 0);
    for (int i = 0; i < 1000; ++i) port->give_back(std::make_unique<counted>(), mebibyte / 100);
    BOOST_TEST_EQ(alive, 100);
    port->deliver(std::make_unique<counted>());
    BOOST_TEST_EQ(alive, 1);
    port->give_back(std::make_unique<counted>(), 1000);  // there is room again
    BOOST_TEST_EQ(alive, 2);
    port->close();
    BOOST_TEST_EQ(alive, 0);
}

void given_back_against_deliver() {
    constexpr long all = 50'000;
    const auto port = loop_port::make();
    std::thread engine([port] {
        for (long i = 0; i < all; ++i) port->deliver(std::make_unique<counted>());
    });
    for (long seen = 0; seen < all;) {
        completion* list = port->take_all();
        while (list != nullptr) {
            std::unique_ptr<completion> node(list);
            list = node->next;
            port->give_back(std::move(node), 1000);
            ++seen;
        }
        std::this_thread::yield();
    }
    engine.join();
    port->close();
    BOOST_TEST_EQ(alive, 0);
}

void child_leaves_the_parents_descriptor_alone() {
    const auto port = loop_port::make();
    BOOST_TEST(!port->inherited());
    const pid_t child = ::fork();
    if (child == 0) {
        bool right = port->inherited() && !loop_port::make()->inherited();
        port->deliver(std::make_unique<counted>());
        right &= take(*port) == 1;
        ::_exit(right ? 0 : 1);
    }
    int status = -1;
    BOOST_TEST_EQ(::waitpid(child, &status, 0), child);
    BOOST_TEST(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    BOOST_TEST(!readable(*port));
    BOOST_TEST(!port->inherited());
}

}  // namespace

int main() {
    wakes_once_a_batch();
    closed_destroys();
    no_lost_wakeup();
    close_against_deliver();
    given_back_until_the_next_delivery();
    given_back_within_bounds();
    given_back_against_deliver();
    child_leaves_the_parents_descriptor_alone();
    return boost::report_errors();
}
