#include "bridge/mailbox.hpp"

#include <utility>

namespace oai::bridge {

mailbox::~mailbox() {
    destroy(oldest_);
}

void mailbox::deliver(std::unique_ptr<completion> node) noexcept {
    {
        const std::scoped_lock lock(mutex_);
        completion* last = node.release();
        (oldest_ == nullptr ? oldest_ : newest_->next) = last;
        newest_ = last;
    }
    filled_.notify_one();
}

std::unique_ptr<completion> mailbox::take(limit most) {
    std::unique_lock lock(mutex_);
    const auto any = [this] { return oldest_ != nullptr; };
    if (!most)
        filled_.wait(lock, any);
    else if (!filled_.wait_for(lock, *most, any))
        return nullptr;
    std::unique_ptr<completion> taken(oldest_);
    oldest_ = std::exchange(taken->next, nullptr);
    return taken;
}

}  // namespace oai::bridge
