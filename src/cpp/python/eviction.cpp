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
    if (!interpreter_exits.load(std::memory_order_acquire)) return;
    while (interpreter_ends() && pthread_equal(pthread_self(), exiting_thread) == 0) ::pause();
}

}  // namespace oai::python
