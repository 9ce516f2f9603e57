// What the fuzz targets share: properties that must hold, and cuts of an input that follow from the
// input alone, so that a crash file is all it takes to see a failure again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace oai::fuzz {

inline void require(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}

// FNV-1a, and a generator seeded by it.
class dice {
  public:
    explicit dice(std::string_view seed) noexcept {
        for (const char c : seed) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    std::uint64_t below(std::uint64_t bound) noexcept {
        state_ = state_ * 6364136223846793005 + 1442695040888963407;
        return (state_ >> 33) % bound;
    }

  private:
    std::uint64_t state_ = 0xcbf29ce484222325;
};

using pieces = std::vector<std::string_view>;

inline pieces cut(std::string_view text, std::uint64_t longest) {
    dice random(text);
    pieces made;
    while (!text.empty()) {
        const std::size_t size = std::min<std::size_t>(1 + random.below(longest), text.size());
        made.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return made;
}

// The first line of an input, taken off: how the rest is to be used.
inline std::string_view take_line(std::string_view& input) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string_view line = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    return line;
}

inline std::string_view take_word(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

inline unsigned number_of(std::string_view digits) noexcept {
    unsigned value = 0;
    for (const char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
}

}  // namespace oai::fuzz
