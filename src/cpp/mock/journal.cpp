#include "mock/journal.hpp"

namespace oai::mock {

void journal::record(recorded entry) {
    if (keep_ == 0) return;
    std::lock_guard lock(mutex_);
    if (kept_.size() == keep_) kept_.pop_front();
    kept_.push_back(std::move(entry));
}

std::vector<recorded> journal::requests() const {
    std::lock_guard lock(mutex_);
    return {kept_.begin(), kept_.end()};
}

void journal::clear() {
    std::lock_guard lock(mutex_);
    kept_.clear();
}

}  // namespace oai::mock
