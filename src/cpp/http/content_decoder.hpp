// Undoes the Content-Encoding of an answer as its bytes arrive. Pure; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "http/message.hpp"

namespace oai::http {

// Errors are final: bad_encoding, or body_too_large for more than the limit in all or, beyond
// 64 MiB, for more than a hundredfold expansion.
class content_decoder {
  public:
    virtual ~content_decoder() = default;
    // Appends all that `in` makes available.
    virtual error_code feed(std::string_view in, std::string& out) = 0;
    // The body ended: errc::bad_encoding if it was cut short. A body without any byte is complete.
    virtual error_code finish() const noexcept = 0;
};

// For all codings of this answer: gzip, deflate, br and zstd, up to five, one upon the other.
// Others are skipped, as the official client does. Null: nothing to undo, or `ec` says why not.
std::unique_ptr<content_decoder> make_content_decoder(const response_head& head,
                                                      std::uint64_t max_output, error_code& ec);

}  // namespace oai::http
