// Host names to addresses with getaddrinfo, off the engine thread. Look-ups of one name share one
// question, answers live for a few seconds. Engine thread only, but for the threads it starts.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "net/address_health.hpp"
#include "net/endpoints.hpp"
#include "net/gate.hpp"
#include "net/ring.hpp"

namespace oai::net {

class engine;

// What a look-up came to: addresses, or the reason in the system's words.
struct resolution {
    endpoints addresses;
    std::string reason;
};

// One waiting look-up; destroying it leaves the queue.
class lookup : private ring {
  public:
    explicit lookup(engine& on) noexcept : done_(on) {}

    // After wait(): what was found; null if abandon() came first.
    const resolution* result() const noexcept { return result_.get(); }
    auto wait() noexcept { return done_.wait(); }
    void abandon() noexcept;

  private:
    friend class resolver;
    std::shared_ptr<const resolution> result_;
    gate done_;
};

class resolver {
  public:
    explicit resolver(engine& on);
    ~resolver();
    resolver(const resolver&) = delete;

    // Opens `who` at once (literal address, cached answer) or when the answer comes.
    void start(lookup& who, const std::string& host, std::uint16_t port);
    // No address of the last answer took a connection: ask again next time.
    void forget(const std::string& host, std::uint16_t port) noexcept;

    // Of the addresses, from those who connect to them.
    address_health& health() noexcept { return health_; }

    static constexpr milliseconds time_to_live{5'000};

  private:
    struct question;
    class mailbox;

    void ask(const std::string& key, question& about);
    void answer(const std::string& key, std::shared_ptr<const resolution> found) noexcept;
    void drop_stale(time_point now) noexcept;

    engine& engine_;
    std::shared_ptr<mailbox> mailbox_;
    address_health health_;
    std::unordered_map<std::string, std::unique_ptr<question>> questions_;  // by "host port"
};

}  // namespace oai::net
