#include "mock/compress.hpp"

#include <zlib.h>

namespace oai::mock {

struct compressor::state {
    z_stream stream{};
};

compressor::compressor(std::string_view encoding) : state_(std::make_unique<state>()) {
    // 15 bits of window; 16 more asks zlib for the gzip wrapper.
    int window = encoding == "gzip" ? 15 + 16 : 15;
    deflateInit2(&state_->stream, Z_BEST_SPEED, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
}

compressor::~compressor() {
    deflateEnd(&state_->stream);
}

std::string compressor::add(std::string_view text, bool last) {
    z_stream& stream = state_->stream;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    std::string out;
    char block[16 * 1024];
    do {
        stream.next_out = reinterpret_cast<Bytef*>(block);
        stream.avail_out = sizeof block;
        deflate(&stream, last ? Z_FINISH : Z_SYNC_FLUSH);
        out.append(block, sizeof block - stream.avail_out);
    } while (stream.avail_out == 0);
    return out;
}

}  // namespace oai::mock
