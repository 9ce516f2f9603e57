#include "bridge/port.hpp"

#include <pthread.h>

#include <atomic>

namespace oai::bridge {
namespace {

// Grows by one in each forked child; asking for the process id would be a system call per delivery.
std::atomic<unsigned> forks{0};

unsigned this_process() noexcept {
    static const int registered =
        ::pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
    static_cast<void>(registered);
    return forks.load(std::memory_order_relaxed);
}

}  // namespace

port::port() : process_(this_process()) {}

bool port::inherited() const noexcept {
    return forks.load(std::memory_order_relaxed) != process_;
}

}  // namespace oai::bridge
