// What follows the first piece of a request's body: files and memory, one piece at a time. Files
// are read one piece ahead of the socket. Engine thread only.
#pragma once

#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/error.hpp"
#include "core/task.hpp"
#include "http/message.hpp"
#include "net/file_reader.hpp"

namespace oai::http {

class body_source {
  public:
    // `parts` outlives this.
    body_source(net::engine& on, const body_parts& parts) : engine_(on), parts_(parts) {}

    // The next piece, valid until the next call; empty at the end and on failure.
    task<asio::const_buffer> next(error_code& ec);
    // Ends a pending next() with errc::cancelled.
    void cancel() noexcept;

  private:
    void read_ahead();

    net::engine& engine_;
    const body_parts& parts_;
    std::size_t part_ = 0;
    std::uint64_t read_ = 0;  // bytes of this part's range that have been asked for
    std::uint64_t sent_ = 0;  // bytes of it handed out
    std::optional<net::file_read> pieces_[2];
    std::optional<net::file_read>* handed_ = &pieces_[0];
    std::optional<net::file_read>* coming_ = &pieces_[1];
};

}  // namespace oai::http
