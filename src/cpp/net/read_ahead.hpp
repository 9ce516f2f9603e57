// One receive that runs while the connection is being written to: a server may answer, and stop
// reading, before it has the whole request. Engine thread only.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "core/error.hpp"
#include "net/gate.hpp"
#include "net/stream.hpp"

namespace oai::net {

// Keeps the stream alive until the receive has ended.
class read_ahead : public std::enable_shared_from_this<read_ahead> {
  public:
    read_ahead(engine& on, std::shared_ptr<stream> from) : from_(std::move(from)), ended_(on) {}

    // Once. If bytes (or the end) come before settle(), the write that is pending then is broken
    // off.
    void start();
    // Nothing is being written any more.
    void settle() noexcept { writing_ = false; }

    bool ended() const noexcept { return ended_.opened(); }
    auto wait() noexcept { return ended_.wait(); }
    error_code result() const noexcept { return result_; }
    std::string_view bytes() const noexcept { return {buffer_.data(), size_}; }

  private:
    std::shared_ptr<stream> from_;
    gate ended_;
    error_code result_;
    std::size_t size_ = 0;
    bool writing_ = true;
    std::array<char, 16 * 1024> buffer_;
};

inline void read_ahead::start() {
    from_->async_read_some(asio::buffer(buffer_),
                           [self = shared_from_this()](error_code ec, std::size_t size) {
                               self->result_ = ec;
                               self->size_ = size;
                               error_code ignored;
                               if (self->writing_) self->from_->socket().cancel(ignored);
                               self->ended_.open();
                           });
}

}  // namespace oai::net
