// gzip and deflate of an answer's body.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace oai::mock {

class compressor {
  public:
    explicit compressor(std::string_view encoding);  // "gzip" or "deflate" (zlib format)
    ~compressor();
    compressor(const compressor&) = delete;
    compressor& operator=(const compressor&) = delete;

    // Everything `text` compresses to, flushed, so that the peer can read it at once.
    std::string add(std::string_view text, bool last);

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace oai::mock
