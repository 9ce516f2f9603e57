#include "bridge/completion_queue.hpp"

#include <utility>

namespace oai::bridge {

completion_queue::~completion_queue() {
    destroy(take_all());
}

bool completion_queue::push(std::unique_ptr<completion> node) noexcept {
    completion* fresh = node.release();
    completion* top = top_.load(std::memory_order_relaxed);
    do {
        fresh->next = top;
        // Sequentially consistent: loop_port pairs a push with a look at its closed flag.
    } while (!top_.compare_exchange_weak(top, fresh, std::memory_order_seq_cst,
                                         std::memory_order_relaxed));
    return top == nullptr;
}

completion* completion_queue::take_all() noexcept {
    completion* newest_first = top_.exchange(nullptr, std::memory_order_seq_cst);
    completion* oldest_first = nullptr;
    while (newest_first != nullptr) {
        completion* rest = std::exchange(newest_first->next, oldest_first);
        oldest_first = newest_first;
        newest_first = rest;
    }
    return oldest_first;
}

bool completion_queue::empty() const noexcept {
    return top_.load(std::memory_order_acquire) == nullptr;
}

void destroy(completion* list) noexcept {
    while (list != nullptr) {
        std::unique_ptr<completion> node(list);
        list = node->next;
    }
}

}  // namespace oai::bridge
