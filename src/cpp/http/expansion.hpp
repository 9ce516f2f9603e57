// How much a decoder may make of what it was fed. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace oai::http {

class expansion {
  public:
    static constexpr std::size_t block_size = 16 * 1024;  // of output, made at once

    explicit expansion(std::uint64_t most) noexcept : left_(most) {}

    // Appends `made` to `out`, as far as it is allowed. `consumed`: of the input, so far, in all.
    error_code add(std::string_view made, std::uint64_t consumed, std::string& out);

  private:
    std::uint64_t left_, produced_ = 0;
};

}  // namespace oai::http
