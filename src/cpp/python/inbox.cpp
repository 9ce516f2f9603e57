#include "python/inbox.hpp"

#include "python/refs.hpp"
#include "python/signals.hpp"

namespace oai::python {
namespace {

std::unique_ptr<arrival> downcast(std::unique_ptr<bridge::completion> node) noexcept {
    return std::unique_ptr<arrival>(static_cast<arrival*>(node.release()));
}

}  // namespace

std::unique_ptr<arrival> inbox::next() const {
    if (auto node = port_->take(milliseconds(0))) return downcast(std::move(node));
    const limit most = longest_wait();
    for (;;) {
        std::unique_ptr<bridge::completion> node;
        {
            const without_gil waiting;
            node = port_->take(most);
            stand_aside_at_exit();
        }
        if (node) return downcast(std::move(node));
        if (PyErr_CheckSignals() < 0) return nullptr;
    }
}

}  // namespace oai::python
