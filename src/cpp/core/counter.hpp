// A count that one thread keeps and any thread may read, at the price of a plain variable.
#pragma once

#include <atomic>
#include <cstdint>

namespace oai {

class counter {
  public:
    void add(std::uint64_t more) noexcept { set(get() + more); }
    void operator++() noexcept { add(1); }
    void operator--() noexcept { set(get() - 1); }
    void reset() noexcept { set(0); }
    std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }
    void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

}  // namespace oai
