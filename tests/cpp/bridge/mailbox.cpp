// A thread waits for completions: in order, not longer than it wants, and nothing is lost.
#include "bridge/mailbox.hpp"

#include <boost/core/lightweight_test.hpp>
#include <thread>

using namespace oai::bridge;
using oai::milliseconds;

namespace {

std::atomic<long> alive{0};

struct counted final : completion {
    counted() { ++alive; }
    ~counted() override { --alive; }
};

void post(mailbox& box, std::uint64_t ticket) {
    auto node = std::make_unique<counted>();
    node->ticket = ticket;
    box.deliver(std::move(node));
}

void gives_the_oldest_first() {
    mailbox box;
    BOOST_TEST(box.take(milliseconds(0)) == nullptr);
    for (std::uint64_t ticket : {1, 2, 3}) post(box, ticket);
    for (std::uint64_t ticket : {1, 2, 3}) BOOST_TEST_EQ(box.take(milliseconds(0))->ticket, ticket);
    BOOST_TEST(box.take(milliseconds(1)) == nullptr);
    BOOST_TEST_EQ(alive.load(), 0);
}

void wakes_who_waits() {
    constexpr std::uint64_t many = 10'000;
    mailbox box;
    std::thread sender([&box] {
        for (std::uint64_t ticket = 0; ticket < many; ++ticket) post(box, ticket);
    });
    for (std::uint64_t ticket = 0; ticket < many; ++ticket)
        BOOST_TEST_EQ(box.take({})->ticket, ticket);
    sender.join();
    BOOST_TEST_EQ(alive.load(), 0);
}

void destroys_what_nobody_took() {
    {
        mailbox box;
        post(box, 1);
        post(box, 2);
    }
    BOOST_TEST_EQ(alive.load(), 0);
}

}  // namespace

int main() {
    gives_the_oldest_first();
    wakes_who_waits();
    destroys_what_nobody_took();
    return boost::report_errors();
}
