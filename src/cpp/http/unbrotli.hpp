// Undoes Content-Encoding br (RFC 7932). What follows the end of the data is ignored.
#pragma once

#include <memory>

#include "http/content_decoder.hpp"
#include "http/expansion.hpp"

struct BrotliDecoderStateStruct;

namespace oai::http {

class unbrotli final : public content_decoder {
  public:
    explicit unbrotli(std::uint64_t max_output);

    error_code feed(std::string_view in, std::string& out) override;
    error_code finish() const noexcept override;

  private:
    struct closer {
        void operator()(BrotliDecoderStateStruct* state) const noexcept;
    };

    error_code run(std::string_view in, std::string& out);

    expansion bound_;
    std::uint64_t consumed_ = 0;
    bool done_ = false;
    error_code failed_;
    std::unique_ptr<BrotliDecoderStateStruct, closer> state_;
};

}  // namespace oai::http
