#include "bridge/loop_port.hpp"

#include <utility>

namespace oai::bridge {
namespace {

// Some hundred usual answers.
constexpr std::size_t most_spent = std::size_t{1} << 20;

}  // namespace

std::shared_ptr<loop_port> loop_port::make() {
    return std::shared_ptr<loop_port>(new loop_port);
}

void loop_port::deliver(std::unique_ptr<completion> node) noexcept {
    free_spent();
    const bool was_empty = queue_.push(std::move(node));
    // Push, then look; close() marks, then takes. One of the two sees the other, so nothing stays.
    if (closed_.load(std::memory_order_seq_cst)) {
        destroy(queue_.take_all());
    } else if (was_empty && !inherited()) {
        wakeup_.notify();
    }
}

completion* loop_port::take_all() noexcept {
    return queue_.take_all();
}

void loop_port::give_back(std::unique_ptr<completion> spent, std::size_t bytes) noexcept {
    // Both sides move the sum without a lock: it is off by what is on its way, no more.
    if (closed() || spent_bytes_.load(std::memory_order_relaxed) + bytes > most_spent) return;
    spent_bytes_.fetch_add(bytes, std::memory_order_relaxed);
    spent_.push(std::move(spent));
}

void loop_port::free_spent() noexcept {
    if (spent_.empty()) return;
    spent_bytes_.store(0, std::memory_order_relaxed);
    destroy(spent_.take_all());
}

void loop_port::close() noexcept {
    closed_.store(true, std::memory_order_seq_cst);
    destroy(queue_.take_all());
    free_spent();
}

bool loop_port::closed() const noexcept {
    return closed_.load(std::memory_order_acquire);
}

}  // namespace oai::bridge
