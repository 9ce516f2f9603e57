// One connection as both sides see it: the engine's side brings messages and news, the consumer's
// takes them. Knows nothing of sockets.
//
// Whoever waits reads version() first, looks at what it waits for, and then waits for another
// version: by arm(), on an event loop, or by wait(), on a thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "ws/settings.hpp"

namespace oai::ws {

class watcher {
  public:
    virtual ~watcher() = default;
    // Engine thread. Once for each arm().
    virtual void changed() noexcept = 0;
};

enum class stage { connecting, open, over };
enum class popped { message, empty, over };

class channel {
  public:
    // `news` may be null: then nobody arms.
    channel(std::optional<watermarks> marks, std::unique_ptr<watcher> news);
    ~channel();
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    // Engine thread.
    void opened(reply answer);
    void refused(reply answer);  // followed by finish()
    // True: full, stop reading until a pop() says `resume`.
    bool push(message&& came);
    void sent();
    // Once; later calls count for nothing.
    void finish(ending how) noexcept;

    // Any thread.
    stage now() const noexcept;
    std::uint64_t version() const noexcept;
    // How many messages have been handed to the system.
    std::uint64_t sent_count() const noexcept;
    // Messages that came before the end are handed out after it, too.
    popped pop(message& out, bool& resume);
    // Written once, before now() leaves `connecting`; before it becomes `over`.
    const reply& answer() const noexcept { return answer_; }
    const ending& how() const noexcept { return how_; }

    // False: the version is another one already.
    bool arm(std::uint64_t seen) noexcept;
    void wait(std::uint64_t seen, limit most);
    // Whoever waits looks again.
    void nudge() noexcept;

  private:
    template <class F>
    void change(F what);

    const std::optional<watermarks> marks_;
    const std::unique_ptr<watcher> news_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<message> messages_;
    reply answer_;
    ending how_;
    stage stage_ = stage::connecting;
    std::uint64_t version_ = 0, sent_ = 0;
    bool armed_ = false, paused_ = false;
};

// Channels alive, for leak tests. Any thread.
inline std::atomic<long> live_channels{0};

}  // namespace oai::ws
