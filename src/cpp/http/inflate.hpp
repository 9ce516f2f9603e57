// Undoes Content-Encoding gzip and deflate.
#pragma once

#include <memory>
#include <string>

#include "http/content_decoder.hpp"
#include "http/expansion.hpp"

struct z_stream_s;

namespace oai::http {

enum class deflate_format {
    gzip,     // RFC 1952, any number of members; what follows the last one is ignored
    deflate,  // zlib (RFC 1950) as the standard says, or bare deflate (RFC 1951) as some servers
              // send
};

class inflater final : public content_decoder {
  public:
    inflater(deflate_format format, std::uint64_t max_output);

    error_code feed(std::string_view in, std::string& out) override;
    error_code finish() const noexcept override;

  private:
    enum class stage { head, member, done };
    struct closer {
        void operator()(z_stream_s* stream) const noexcept;
    };

    void take_head(std::string_view& in);
    error_code start_member();
    error_code run(std::string_view& in, std::string& out);

    const deflate_format format_;
    expansion bound_;
    std::uint64_t consumed_ = 0;
    stage stage_ = stage::head;
    bool any_member_ = false;
    std::string head_;  // the first two bytes tell zlib from bare deflate, and a next gzip member
    error_code failed_;
    std::unique_ptr<z_stream_s, closer> stream_;
};

}  // namespace oai::http
