#include "net/deadline_slots.hpp"

#include <algorithm>
#include <bit>

namespace oai::net {

deadline_slots::~deadline_slots() {
    for (ring& slot : slots_)
        while (!slot.alone()) slot.after->unlink();
}

std::int64_t deadline_slots::due_tick(time_point when) const noexcept {
    const auto since = when - start_;
    if (since <= since.zero()) return 0;
    return (since - steady::duration(1)) / tick + 1;
}

bool deadline_slots::arm(deadline_node& node, time_point when) noexcept {
    node.when = when;
    const std::int64_t due = std::max(due_tick(when), current_ + 1);
    if (!node.alone() && node.visit <= due) return false;
    link(node);
    return true;
}

void deadline_slots::link(deadline_node& node) noexcept {
    const std::int64_t due = std::max(due_tick(node.when), current_ + 1);
    const auto slot = static_cast<std::size_t>(due) % count;
    const auto base = static_cast<std::size_t>(current_ + 1) % count;
    node.visit = current_ + 1 + static_cast<std::int64_t>((slot + count - base) % count);
    slots_[slot].append(node);
    occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64);
}

void deadline_slots::visit(std::size_t slot) noexcept {
    occupied_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    ring taken;
    taken.take(slots_[slot]);
    while (!taken.alone()) {
        auto& node = static_cast<deadline_node&>(*taken.after);
        node.unlink();
        if (node.when == time_point::max()) continue;
        if (due_tick(node.when) > current_) {
            link(node);
            continue;
        }
        node.when = time_point::max();
        node.expired();  // may arm, disarm or destroy any deadline, this one too
    }
}

void deadline_slots::advance(time_point now) noexcept {
    const std::int64_t target = (now - start_) / tick;
    if (target <= current_) return;
    const std::int64_t from = current_;
    const std::int64_t steps = std::min<std::int64_t>(target - from, count);
    for (std::int64_t i = 1; i <= steps; ++i) {
        // After a long pause one turn of the wheel looks at every slot against the last tick.
        current_ = target - from > steps ? target : from + i;
        visit(static_cast<std::size_t>(from + i) % count);
    }
}

std::optional<time_point> deadline_slots::next() const noexcept {
    const auto first = static_cast<std::size_t>(current_ + 1) % count;
    for (std::size_t i = 0; i <= occupied_.size(); ++i) {
        const std::size_t word = (first / 64 + i) % occupied_.size();
        std::uint64_t bits = occupied_[word];
        if (i == 0) bits &= ~std::uint64_t{0} << (first % 64);
        if (i == occupied_.size()) bits &= (std::uint64_t{1} << (first % 64)) - 1;
        if (bits == 0) continue;
        const std::size_t slot = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        const auto distance = static_cast<std::int64_t>((slot + count - first) % count);
        return start_ + (current_ + 1 + distance) * tick;
    }
    return std::nullopt;
}

}  // namespace oai::net
