#include "python/inbox.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include "python/refs.hpp"

namespace oai::python {
namespace {

// A signal may be delivered to any thread and is then handled on the main one, which has to look.
constexpr milliseconds signal_check(50);

// Python's main thread, also in a child forked by another thread.
bool on_main_thread() noexcept {
#ifdef __linux__
    return ::syscall(SYS_gettid) == ::getpid();
#else
    return ::pthread_main_np() != 0;
#endif
}

std::unique_ptr<arrival> downcast(std::unique_ptr<bridge::completion> node) noexcept {
    return std::unique_ptr<arrival>(static_cast<arrival*>(node.release()));
}

}  // namespace

std::unique_ptr<arrival> inbox::next() const {
    if (auto node = port_->take(milliseconds(0))) return downcast(std::move(node));
    const limit most = on_main_thread() ? limit(signal_check) : limit();
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
