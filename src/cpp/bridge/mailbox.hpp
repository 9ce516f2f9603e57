// Where a thread without an event loop waits for its completions.
#pragma once

#include <condition_variable>
#include <mutex>

#include "bridge/port.hpp"
#include "core/clock.hpp"

namespace oai::bridge {

class mailbox final : public port {
  public:
    ~mailbox() override;
    void deliver(std::unique_ptr<completion> node) noexcept override;
    // The oldest completion. Waits for one, at most as long as it is told; null: none came.
    std::unique_ptr<completion> take(limit most);

  private:
    std::mutex mutex_;
    std::condition_variable filled_;
    completion* oldest_ = nullptr;
    completion* newest_ = nullptr;
};

}  // namespace oai::bridge
