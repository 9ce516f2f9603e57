#include "net/descriptors.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace oai::net {
namespace {

// Larger numbers are not remembered; a child then keeps its copy open until it ends.
constexpr std::size_t limit = 1 << 16;
std::array<std::atomic<std::uint64_t>, limit / 64> known{};

bool place(int fd, std::size_t& word, std::uint64_t& bit) noexcept {
    if (fd < 0 || static_cast<std::size_t>(fd) >= limit) return false;
    word = static_cast<std::size_t>(fd) / 64;
    bit = std::uint64_t{1} << (fd % 64);
    return true;
}

}  // namespace

void remember_descriptor(int fd) noexcept {
    std::size_t word = 0;
    std::uint64_t bit = 0;
    if (place(fd, word, bit)) known[word].fetch_or(bit, std::memory_order_relaxed);
}

void forget_descriptor(int fd) noexcept {
    std::size_t word = 0;
    std::uint64_t bit = 0;
    if (place(fd, word, bit)) known[word].fetch_and(~bit, std::memory_order_relaxed);
}

void close_inherited_descriptors() noexcept {
    for (std::size_t word = 0; word < known.size(); ++word) {
        std::uint64_t bits = known[word].exchange(0, std::memory_order_relaxed);
        for (; bits != 0; bits &= bits - 1)
            ::close(static_cast<int>(word * 64) + std::countr_zero(bits));
    }
}

}  // namespace oai::net
