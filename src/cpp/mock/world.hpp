// The state behind the answers, shared by the server's threads.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <unordered_map>

#include "mock/journal.hpp"
#include "mock/options.hpp"
#include "mock/store.hpp"

namespace oai::mock {

struct world {
    explicit world(options settings);

    // "chatcmpl-" and a number that no other object has.
    std::string new_id(std::string_view prefix);
    // A clock that moves one second an object, so that answers do not depend on the day.
    std::int64_t created(std::uint64_t number) const noexcept {
        return 1'760'000'000 + static_cast<std::int64_t>(number);
    }
    std::int64_t now() noexcept { return created(serial.load(std::memory_order_relaxed)); }
    // Counts the attempts under `key`; true: this one is among the first `times`. The attempt
    // after those succeeds and the count starts again.
    bool fails_again(std::uint64_t key, unsigned times);

    const options settings;
    journal log;
    std::atomic<std::uint64_t> serial = 0;
    std::atomic<std::uint64_t> requests = 0;
    shelf completions{5'000};
    shelf responses{5'000};
    shelf jobs{2'000'000};

  private:
    std::mutex mutex_;
    std::unordered_map<std::uint64_t, unsigned> attempts_;
};

}  // namespace oai::mock
