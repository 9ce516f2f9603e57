// operator new for a test program: on the engine's thread the N-th allocation from now on can be
// made to fail. Include it in one file of a program.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace oai::testing {

// While it lives the N-th allocation fails, counted from 0; later ones do not.
class failing_allocation {
  public:
    explicit failing_allocation(int number) {
        fired_ = false;
        left_ = number;
    }
    ~failing_allocation() { left_ = -1; }
    failing_allocation(const failing_allocation&) = delete;

    // False: there were not so many allocations.
    bool fired() const { return fired_; }

    static void* allocate(std::size_t size) {
        if (left_.load(std::memory_order_relaxed) >= 0 && is_engine() && left_-- == 0) {
            fired_ = true;
            throw std::bad_alloc();
        }
        if (void* got = std::malloc(size > 0 ? size : 1)) return got;
        throw std::bad_alloc();
    }

  private:
    static bool is_engine() noexcept {
        static thread_local const bool engine = [] {
            char name[16] = "";
            pthread_getname_np(pthread_self(), name, sizeof name);
            return std::strcmp(name, "openai-native") == 0;
        }();
        return engine;
    }

    static inline std::atomic<int> left_{-1};
    static inline std::atomic<bool> fired_{false};
};

}  // namespace oai::testing

void* operator new(std::size_t size) {
    return oai::testing::failing_allocation::allocate(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    try {
        return oai::testing::failing_allocation::allocate(size);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
void operator delete(void* at) noexcept {
    std::free(at);
}
void operator delete(void* at, std::size_t) noexcept {
    std::free(at);
}
