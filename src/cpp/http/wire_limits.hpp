// Bounds on what a peer may send, in bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace oai::http {

struct wire_limits {
    std::size_t head = 128 * 1024;
    int interim = 16;  // 1xx answers before the final one
    std::uint64_t body = std::uint64_t{4} << 30;
};

}  // namespace oai::http
