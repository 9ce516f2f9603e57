// Holds calls back until rate limits let them go, in the order in which they came. Shared by all
// clients that were given the same limits. stats() is for any thread, the rest for the engine's.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "api/pacer_policy.hpp"
#include "api/pause.hpp"
#include "core/counter.hpp"
#include "http/message.hpp"
#include "net/ring.hpp"

namespace oai::api {

struct pacer_stats {
    std::uint64_t waiting = 0, granted = 0, refused = 0, in_flight = 0;
    std::uint64_t requests_per_minute = 0, tokens_per_minute = 0;  // in force; 0: none is known
    double share = 1;                                              // of the full pace
};

class pacer_turn;

class pacer {
  public:
    explicit pacer(const pacer_settings& wanted) : wanted_(wanted) {}

    pacer_stats stats() const noexcept;

  private:
    friend class pacer_turn;

    // What the engine of another process, or one that has stopped, left behind does not count.
    void renew();
    void line_up(pacer_turn& who) noexcept;
    void wake_first() noexcept;
    void publish() noexcept;

    const pacer_settings wanted_;
    std::optional<pacer_policy> policy_;
    net::ring queue_;
    std::uint64_t arrivals_ = 0;
    std::atomic<unsigned> generation_{0};
    counter waiting_, granted_, refused_, in_flight_, requests_, tokens_, share_;
};

// One call's turns, one for each of its attempts. A retry has the place in the queue that the call
// had when it came. The first in the queue keeps the clock: it asks again when it may go.
class pacer_turn : private net::ring {
  public:
    // Without `prompt_tokens` they are estimated. `rest` is what the call waits in.
    pacer_turn(std::shared_ptr<pacer> at, pause& rest, const http::request& message,
               std::optional<std::int64_t> prompt_tokens);
    ~pacer_turn() { leave(); }

    void line_up();
    // When to ask again, unless granted() after that.
    time_point ask();
    bool granted() const noexcept { return grant_.number != 0; }
    void learn(const http::response_head& head, time_point sent);
    void settle(std::string_view answer);
    // Gives the place, or the grant, up.
    void leave() noexcept;

  private:
    friend class pacer;

    const std::shared_ptr<pacer> at_;
    pause& rest_;
    const std::int64_t tokens_;
    std::uint64_t arrival_ = 0;
    unsigned generation_ = 0;
    grant grant_;
};

}  // namespace oai::api
