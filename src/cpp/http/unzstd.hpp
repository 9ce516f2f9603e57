// Undoes Content-Encoding zstd (RFC 8878): any number of frames, and nothing but frames.
#pragma once

#include <array>
#include <memory>

#include "http/content_decoder.hpp"
#include "http/expansion.hpp"

struct ZSTD_DCtx_s;

namespace oai::http {

class unzstd final : public content_decoder {
  public:
    explicit unzstd(std::uint64_t max_output);

    error_code feed(std::string_view in, std::string& out) override;
    error_code finish() const noexcept override;

  private:
    struct closer {
        void operator()(ZSTD_DCtx_s* state) const noexcept;
    };

    error_code run(std::string_view in, std::string& out);
    error_code decompress(std::string_view& in, std::string& out);

    expansion bound_;
    std::uint64_t consumed_ = 0;
    std::array<char, 5> start_;  // magic number and descriptor of the frame
    std::size_t started_ = 0;    // of `start_`; 0: between frames
    error_code failed_;
    std::unique_ptr<ZSTD_DCtx_s, closer> state_;
};

}  // namespace oai::http
