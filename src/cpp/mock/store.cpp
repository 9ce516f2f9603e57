#include "mock/store.hpp"

namespace oai::mock {

void shelf::put(record entry) {
    std::lock_guard lock(mutex_);
    numbers_[entry.id] = next_;
    by_number_.emplace(next_++, std::move(entry));
    while (by_number_.size() > most_) {
        auto found = by_number_.find(oldest_++);
        if (found == by_number_.end()) continue;
        numbers_.erase(found->second.id);
        by_number_.erase(found);
    }
}

std::optional<record> shelf::get(std::string_view id) const {
    std::lock_guard lock(mutex_);
    auto found = numbers_.find(std::string(id));
    if (found == numbers_.end()) return std::nullopt;
    return by_number_.at(found->second);
}

bool shelf::erase(std::string_view id) {
    std::lock_guard lock(mutex_);
    auto found = numbers_.find(std::string(id));
    if (found == numbers_.end()) return false;
    by_number_.erase(found->second);
    numbers_.erase(found);
    return true;
}

bool shelf::change(std::string_view id, const std::function<void(record&)>& f) {
    std::lock_guard lock(mutex_);
    auto found = numbers_.find(std::string(id));
    if (found == numbers_.end()) return false;
    f(by_number_.at(found->second));
    return true;
}

void shelf::each(bool newest_first, const std::function<void(const record&)>& f) const {
    std::lock_guard lock(mutex_);
    for (std::uint64_t n = oldest_; n < next_; ++n) {
        auto found = by_number_.find(newest_first ? next_ - 1 - (n - oldest_) : n);
        if (found != by_number_.end()) f(found->second);
    }
}

}  // namespace oai::mock
