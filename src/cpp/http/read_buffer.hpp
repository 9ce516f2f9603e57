// Bytes received and not yet parsed. Large enough that one receive holds a usual response: the
// memory is touched only as far as it is filled.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace oai::http {

class read_buffer {
  public:
    static constexpr std::size_t initial = 64 * 1024;

    std::string_view bytes() const noexcept { return {data_.get() + begin_, end_ - begin_}; }
    bool empty() const noexcept { return begin_ == end_; }

    char* space() const noexcept { return data_.get() + end_; }
    std::size_t space_size() const noexcept { return capacity_ - end_; }

    // `size` bytes have been written to the space.
    void filled(std::size_t size) noexcept { end_ += size; }
    void consume(std::size_t size) noexcept;
    // Makes room to receive into; false if that takes more than `most` bytes in all.
    bool make_room(std::size_t most);

  private:
    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace oai::http
