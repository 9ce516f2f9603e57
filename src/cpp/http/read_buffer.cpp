#include "http/read_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace oai::http {

void read_buffer::consume(std::size_t size) noexcept {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
}

bool read_buffer::make_room(std::size_t most) {
    if (end_ < capacity_) return true;
    const std::size_t held = end_ - begin_;
    if (begin_ > 0) {
        std::memmove(data_.get(), data_.get() + begin_, held);
    } else {
        if (capacity_ > 0 && capacity_ >= most) return false;
        const std::size_t wider = capacity_ ? capacity_ * 2 : initial;
        auto grown = std::make_unique_for_overwrite<char[]>(wider);
        if (held > 0) std::memcpy(grown.get(), data_.get(), held);
        data_ = std::move(grown);
        capacity_ = wider;
    }
    begin_ = 0;
    end_ = held;
    return true;
}

}  // namespace oai::http
