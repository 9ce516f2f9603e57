#include <boost/core/lightweight_test.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>

#include "http/pool_policy.hpp"

using namespace oai;
using namespace oai::http;
using verdict = pool_policy::verdict;

namespace {

constexpr int surplus_ms = 10;

time_point at(int ms) {
    return time_point() + milliseconds(ms);
}

struct connection : pooled_connection {
    using pooled_connection::pooled_connection;
};

// Random life of a small pool: slots never leak, nobody waits beside an idle connection, and slots
// are handed over in the order of arrival.
class simulation {
  public:
    explicit simulation(unsigned seed) : random_(seed) {}

    void run() {
        for (now_ = 0; now_ < 4000; ++now_) {
            step();
            check();
        }
    }

  private:
    struct user : pool_waiter {
        using pool_waiter::pool_waiter;
        std::unique_ptr<connection> on;  // null: opening
    };

    unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

    void step() {
        switch (below(8)) {
            case 0:
            case 1:
            case 2:
                return arrive();
            case 3:
            case 4:
            case 5:
                return leave();
            case 6:
                return give_up();
            default:
                while (pooled_connection* old = policy_.pop_expired(at(now_))) drop(old);
                BOOST_TEST(!policy_.next_expiry() || *policy_.next_expiry() > at(now_));
        }
    }

    void arrive() {
        auto who = std::make_unique<user>(below(3), below(10) == 0);
        const auto grant = policy_.acquire(*who, at(now_));
        if (grant.what == verdict::reuse) {
            BOOST_TEST(grant.connection->origin == who->origin && !who->fresh);
            who->on = take(grant.connection);
        } else if (grant.connection != nullptr) {
            drop(grant.connection);
        }
        auto& where = grant.what == verdict::wait ? queue_ : active_;
        where.push_back(std::move(who));
    }

    void leave() {
        if (active_.empty()) return;
        const auto at_index = active_.begin() + below(static_cast<unsigned>(active_.size()));
        std::unique_ptr<user> who = std::move(*at_index);
        active_.erase(at_index);
        if (!who->on && below(4) == 0) return perform(policy_.open_failed(*who));
        if (!who->on) who->on = std::make_unique<connection>(who->origin);
        idle_.push_back(std::move(who->on));
        perform(policy_.release(*idle_.back(), below(5) != 0, at(now_)));
    }

    void give_up() {
        if (queue_.empty()) return;
        const auto at_index = queue_.begin() + below(static_cast<unsigned>(queue_.size()));
        BOOST_TEST(policy_.cancel(**at_index));
        queue_.erase(at_index);
    }

    void perform(const pool_policy::handover& next) {
        if (next.close != nullptr) drop(next.close);
        if (next.to == nullptr) return;
        BOOST_TEST(next.to == queue_.front().get());
        std::unique_ptr<user> who = std::move(queue_.front());
        queue_.pop_front();
        if (next.reuse != nullptr) who->on = take(next.reuse);
        active_.push_back(std::move(who));
    }

    std::unique_ptr<connection> take(pooled_connection* one) {
        const auto found =
            std::ranges::find_if(idle_, [&](const auto& held) { return held.get() == one; });
        BOOST_TEST(found != idle_.end());
        std::unique_ptr<connection> taken = std::move(*found);
        idle_.erase(found);
        return taken;
    }
    void drop(pooled_connection* one) { BOOST_TEST(!take(one)->idle()); }

    void check() {
        BOOST_TEST_EQ(policy_.open(), active_.size() + idle_.size());
        BOOST_TEST_EQ(policy_.idle(), idle_.size());
        BOOST_TEST_EQ(policy_.waiting(), queue_.size());
        BOOST_TEST_LE(policy_.open(), 5u);
        // Above the idle limit for the time of grace only.
        const auto next = policy_.next_expiry();
        if (policy_.idle() > 3) BOOST_TEST(next && *next <= at(now_ + surplus_ms));
        BOOST_TEST(queue_.empty() || (policy_.open() == 5 && policy_.idle() == 0));
    }

    std::mt19937 random_;
    int now_ = 0;
    pool_policy policy_{pool_limits{5, 3, milliseconds(40), milliseconds(surplus_ms)}};
    std::deque<std::unique_ptr<user>> active_, queue_;
    std::deque<std::unique_ptr<connection>> idle_;
};

}  // namespace

int main() {
    for (unsigned seed = 1; seed <= 10; ++seed) simulation(seed).run();
    return boost::report_errors();
}
