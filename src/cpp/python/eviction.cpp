#include "python/eviction.hpp"

#include <Python.h>
#include <pthread.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>

namespace oai::python {
namespace {

pthread_t exiting_thread;
std::terminate_handler other_handler = nullptr;

bool interpreter_ends() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
    return Py_IsFinalizing() != 0;
#else
    return _Py_IsFinalizing() != 0;
#endif
}

bool ends_the_interpreter() noexcept {
    return pthread_equal(pthread_self(), exiting_thread) != 0;
}

// Unwinding that meets a noexcept function ends here.
[[noreturn]] void on_terminate() {
    park_if_evicted();
    if (other_handler != nullptr) other_handler();
    std::abort();
}

}  // namespace

void expect_evictions() noexcept {
    if (interpreter_exits.load(std::memory_order_relaxed)) return;
    exiting_thread = pthread_self();
    other_handler = std::set_terminate(on_terminate);
    interpreter_exits.store(true, std::memory_order_release);
}

void park_if_evicted() noexcept {
    if (!interpreter_exits.load(std::memory_order_acquire) || ends_the_interpreter()) return;
    while (interpreter_ends()) ::pause();
}

void stand_aside_at_exit() noexcept {
    if (!interpreter_exits.load(std::memory_order_acquire) || ends_the_interpreter()) return;
    for (int times = 0; times < 20; ++times) {
        ::usleep(50'000);
        park_if_evicted();
    }
}

}  // namespace oai::python
