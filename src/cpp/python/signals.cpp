#include "python/signals.hpp"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace oai::python {
namespace {

// Python's main thread, also in a child forked by another thread.
bool on_main_thread() noexcept {
#ifdef __linux__
    return ::syscall(SYS_gettid) == ::getpid();
#else
    return ::pthread_main_np() != 0;
#endif
}

}  // namespace

limit longest_wait() noexcept {
    return on_main_thread() ? limit(milliseconds(50)) : limit();
}

}  // namespace oai::python
