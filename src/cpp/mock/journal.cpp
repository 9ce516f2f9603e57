#include "mock/journal.hpp"

namespace oai::mock {

namespace {

constexpr std::size_t most_bytes = 256u << 20;

}  // namespace

void journal::record(recorded entry) {
    if (keep_ == 0) return;
    std::lock_guard lock(mutex_);
    bytes_ += entry.what.body.size();
    kept_.push_back(std::move(entry));
    while (kept_.size() > keep_ || (bytes_ > most_bytes && kept_.size() > 1)) {
        bytes_ -= kept_.front().what.body.size();
        kept_.pop_front();
    }
}

std::vector<recorded> journal::requests() const {
    std::lock_guard lock(mutex_);
    return {kept_.begin(), kept_.end()};
}

void journal::clear() {
    std::lock_guard lock(mutex_);
    kept_.clear();
    bytes_ = 0;
}

}  // namespace oai::mock
