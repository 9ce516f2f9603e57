// operator new for a test program: on the engine's thread the N-th allocation from now on can be
// made to fail. Include it in one file of a program.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

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

// `run` with its first allocation failing, its second, ..., until none is left to fail.
// `check(result, fired, where)` follows each run.
template <class Run, class Check>
void fail_at_each_allocation(const std::string& room, Run run, Check check) {
    constexpr int most = 1000;
    int number = 0;
    for (bool fired = true; fired; ++number) {
        const auto result = [&] {
            const failing_allocation armed(number);
            auto got = run();
            fired = armed.fired();
            return got;
        }();
        check(result, fired, room + ", allocation " + std::to_string(number) + ": ");
        if (number == 0 ? !fired : number == most) std::abort();
    }
    std::printf("%s: %d runs\n", room.c_str(), number);
}

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
