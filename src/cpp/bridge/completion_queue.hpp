// Completions on their way to one consumer thread: lock-free push from the engine, batch drain by
// the consumer, which is woken only when the queue goes from empty to non-empty.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace oai::bridge {

// Intrusive node. Belongs to the queue between push and drain.
struct completion {
    completion* next = nullptr;
    std::uint64_t ticket = 0;
    virtual ~completion() = default;
};

// Destroys a list that take_all() returned, or what is left of it.
void destroy(completion* list) noexcept;

class completion_queue {
  public:
    completion_queue() = default;
    ~completion_queue();
    completion_queue(const completion_queue&) = delete;
    completion_queue& operator=(const completion_queue&) = delete;

    // Any thread. True: the queue was empty, so the consumer has to be woken.
    bool push(std::unique_ptr<completion> node) noexcept;
    // Consumer thread: everything pushed so far, oldest first; the caller owns the list.
    completion* take_all() noexcept;
    bool empty() const noexcept;

  private:
    std::atomic<completion*> top_{nullptr};
};

}  // namespace oai::bridge
