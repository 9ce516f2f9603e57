#include "bridge/loop_port.hpp"

#include <utility>

namespace oai::bridge {
std::shared_ptr<loop_port> loop_port::make() {
    return std::shared_ptr<loop_port>(new loop_port);
}

void loop_port::deliver(std::unique_ptr<completion> node) noexcept {
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

void loop_port::close() noexcept {
    closed_.store(true, std::memory_order_seq_cst);
    destroy(queue_.take_all());
}

bool loop_port::closed() const noexcept {
    return closed_.load(std::memory_order_acquire);
}

}  // namespace oai::bridge
