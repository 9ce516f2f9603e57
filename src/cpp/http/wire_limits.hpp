// Bounds on what a peer may send, in bytes where nothing else is said.
#pragma once

#include <cstddef>
#include <cstdint>

namespace oai::http {

struct wire_limits {
    std::size_t head = 128 * 1024;         // which bounds each of its lines, too
    int fields = 1000;                     // header fields of one head, trailers included
    std::uint64_t extensions = 64 * 1024;  // of chunks, beyond as much as there is data
    int interim = 16;                      // 1xx answers before the final one
    std::uint64_t body = std::uint64_t{4} << 30;
};

}  // namespace oai::http
