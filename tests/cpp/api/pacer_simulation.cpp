// The pacer's policy against simulated servers, by a seeded clock: near-zero refusals, the
// permitted rate, the order of the calls.
#include "api/pacer_policy.hpp"

#include <boost/core/lightweight_test.hpp>

#include <algorithm>
#include <map>
#include <queue>
#include <random>
#include <vector>

using namespace oai;
using namespace oai::api;
using std::chrono::microseconds;

namespace {

struct server_rules {
    double per_minute = 3000;
    double capacity = 50;
    double tokens_per_minute = 0;  // 0: not limited
    double others = 0;             // share of the rate that other clients use up
    bool tells = true;             // headers
    bool asks_to_wait = true;      // Retry-After
};

class simulated_server {
  public:
    explicit simulated_server(const server_rules& rules)
        : rules_(rules), level_(rules.capacity), tokens_(rules.tokens_per_minute) {}

    rate_report serve(time_point now, std::int64_t tokens) {
        fill(now);
        rate_report said;
        const bool enough_tokens = rules_.tokens_per_minute == 0 || tokens_ >= double(tokens);
        said.refused = level_ < 1 || !enough_tokens;
        if (!said.refused) {
            level_ -= 1;
            tokens_ -= double(tokens);
        } else if (rules_.asks_to_wait) {
            said.retry_after = milliseconds(long(60e3 / rules_.per_minute) + 1);
        }
        if (!rules_.tells) return said;
        said.requests = told(rules_.per_minute, rules_.capacity, level_);
        if (rules_.tokens_per_minute > 0)
            said.tokens = told(rules_.tokens_per_minute, rules_.tokens_per_minute, tokens_);
        return said;
    }

  private:
    static limit_report told(double limit, double capacity, double level) {
        return {std::int64_t(limit), std::int64_t(level),
                milliseconds(long((capacity - level) * 60e3 / limit))};
    }
    void fill(time_point now) {
        if (last_ != time_point()) {
            const double minutes = std::chrono::duration<double>(now - last_).count() / 60;
            const double mine = rules_.per_minute * (1 - rules_.others);
            level_ = std::min(level_ + minutes * mine, rules_.capacity);
            tokens_ =
                std::min(tokens_ + minutes * rules_.tokens_per_minute, rules_.tokens_per_minute);
        }
        last_ = now;
    }

    const server_rules rules_;
    double level_, tokens_;
    time_point last_{};
};

struct outcome {
    int refused = 0;
    double seconds = 0;
    bool in_order = true;
    std::int64_t tokens = 0;
};

class simulation {
  public:
    simulation(const server_rules& rules, const pacer_settings& wanted, unsigned seed)
        : server_(rules), policy_(wanted, start_), random_(seed) {}

    outcome run(int calls, std::int64_t largest) {
        for (int i = 0; i < calls; ++i) {
            cost_.push_back(draw(largest / 10, largest));
            waiting_.emplace(i, 0);
            made_.tokens += cost_.back();
        }
        int left = calls;
        while (left > 0) {
            launch();
            if (events_.empty() && wake_ == time_point::max()) return made_;
            if (events_.empty() || wake_ < events_.top().when) {
                now_ = wake_;
                continue;
            }
            const event next = events_.top();
            events_.pop();
            now_ = next.when;
            if (!happen(next)) --left;
        }
        return made_;
    }

  private:
    enum class what { arrives, answered, comes_again };
    struct event {
        time_point when;
        what kind;
        int call;
        bool operator>(const event& other) const { return when > other.when; }
    };

    std::int64_t draw(std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
    }
    void plan(microseconds from_now, what kind, int call) {
        events_.push({now_ + from_now, kind, call});
    }

    void launch() {
        wake_ = time_point::max();
        while (!waiting_.empty()) {
            const int call = waiting_.begin()->first;
            wake_ = policy_.ready_at(now_, cost_[std::size_t(call)]);
            if (wake_ > now_) return;
            if (waiting_.begin()->second == 0) {
                made_.in_order &= call > last_first_;
                last_first_ = call;
            }
            waiting_.erase(waiting_.begin());
            // The first ones have to connect.
            const microseconds connect(now_ == start_ ? draw(0, 100'000) : 0);
            out_[call] = {policy_.take(cost_[std::size_t(call)]), now_ + connect, {}};
            plan(connect + microseconds(draw(2'000, 40'000)), what::arrives, call);
        }
        wake_ = time_point::max();
    }

    // False: that call is done.
    bool happen(const event& now) {
        if (now.kind == what::comes_again) {
            waiting_.emplace(now.call, 1);
            return true;
        }
        flight& each = out_[now.call];
        if (now.kind == what::arrives) {
            each.said = server_.serve(now_, cost_[std::size_t(now.call)]);
            made_.seconds = std::chrono::duration<double>(now_ - start_).count();
            plan(microseconds(draw(20'000, 900'000)), what::answered, now.call);
            return true;
        }
        policy_.learn(each.granted, each.said, each.sent, now_);
        policy_.settle(each.granted, cost_[std::size_t(now.call)]);
        policy_.end();
        if (!each.said.refused) return false;
        ++made_.refused;
        plan(microseconds(500'000), what::comes_again, now.call);
        return true;
    }

    struct flight {
        grant granted;
        time_point sent;
        rate_report said;
    };
    const time_point start_ = time_point() + std::chrono::hours(1);
    time_point now_ = start_, wake_ = start_;
    simulated_server server_;
    pacer_policy policy_;
    std::mt19937 random_;
    std::vector<std::int64_t> cost_;
    std::map<int, int> waiting_;  // in the order of their arrival
    std::map<int, flight> out_;
    std::priority_queue<event, std::vector<event>, std::greater<>> events_;
    int last_first_ = -1;
    outcome made_;
};

pacer_settings limits(std::optional<std::int64_t> requests,
                      std::optional<std::int64_t> tokens = {}) {
    pacer_settings wanted;
    wanted.requests_per_minute = requests;
    wanted.tokens_per_minute = tokens;
    return wanted;
}

// Against what the server permits: its bucket, and what flows in.
double share_of_rate(const outcome& made, const server_rules& rules, int calls) {
    return (calls - rules.capacity) / (rules.per_minute / 60) / made.seconds;
}

void expect(const char* name, const server_rules& rules, const pacer_settings& wanted,
            int most_refused, double least_share) {
    constexpr int calls = 2000;
    for (unsigned seed = 1; seed <= 5; ++seed) {
        const outcome made = simulation(rules, wanted, seed).run(calls, 100);
        const double share = share_of_rate(made, rules, calls);
        bool good = BOOST_TEST_LE(made.refused, most_refused);
        good &= BOOST_TEST_GE(share, least_share);
        good &= BOOST_TEST(made.in_order);
        if (!good)
            BOOST_LIGHTWEIGHT_TEST_OSTREAM << name << ": seed " << seed << ", " << made.refused
                                           << " refused, " << share << " of the rate\n";
    }
}

void tokens_are_the_limit() {
    server_rules rules;
    rules.per_minute = 60'000;
    rules.capacity = 1000;
    rules.tokens_per_minute = 60'000;
    for (unsigned seed = 1; seed <= 5; ++seed) {
        const outcome made = simulation(rules, limits({}, 60'000), seed).run(1000, 1000);
        const double least = double(made.tokens - 60'000) / 1000;
        BOOST_TEST_LE(made.refused, 2);
        BOOST_TEST_GE(least / made.seconds, 0.95);
    }
}

}  // namespace

int main() {
    const server_rules usual;
    expect("the limit is set", usual, limits(3000), 3, 0.95);
    expect("the limit is learned", usual, limits({}), 2, 0.95);
    server_rules minute;
    minute.capacity = 1000;
    expect("a large bucket", minute, limits({}), 2, 0.95);
    server_rules silent;
    silent.tells = false;
    expect("the server tells nothing", silent, limits(3000), 3, 0.95);
    expect("a limit that is set too high", usual, limits(6000), 100, 0.9);
    server_rules shared;
    shared.others = 0.3;
    expect("others take a third", shared, limits({}), 60, 0.6);
    server_rules mute;
    mute.tells = mute.asks_to_wait = false;
    expect("nothing is known", mute, limits({}), 600, 0.9);
    tokens_are_the_limit();
    return boost::report_errors();
}
