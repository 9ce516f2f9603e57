// Undoes Content-Encoding gzip and deflate as bytes arrive. Pure; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"

struct z_stream_s;

namespace oai::http {

enum class content_coding {
    gzip,     // RFC 1952, any number of members; what follows the last one is ignored
    deflate,  // zlib (RFC 1950) as the standard says, or bare deflate (RFC 1951) as some servers
              // send
};

class inflater {
  public:
    // More than `max_output` bytes in all is errc::body_too_large, and so is, beyond 64 MiB, more
    // than a hundredfold expansion.
    inflater(content_coding coding, std::uint64_t max_output);

    // Appends all that `in` makes available. Errors are final: body_too_large, bad_encoding.
    error_code feed(std::string_view in, std::string& out);
    // The body ended: errc::bad_encoding if it was cut short. A body without any byte is complete.
    error_code finish() const noexcept;

  private:
    enum class stage { head, member, done };
    struct closer {
        void operator()(z_stream_s* stream) const noexcept;
    };

    void take_head(std::string_view& in);
    error_code start_member();
    error_code run(std::string_view& in, std::string& out);

    const content_coding coding_;
    std::uint64_t output_left_, produced_ = 0, consumed_ = 0;
    stage stage_ = stage::head;
    bool any_member_ = false;
    std::string head_;  // the first two bytes tell zlib from bare deflate, and a next gzip member
    error_code failed_;
    std::unique_ptr<z_stream_s, closer> stream_;
};

}  // namespace oai::http
