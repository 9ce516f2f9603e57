#include "http/unbrotli.hpp"

#include <brotli/decode.h>

#include <array>
#include <new>

namespace oai::http {
void unbrotli::closer::operator()(BrotliDecoderStateStruct* state) const noexcept {
    BrotliDecoderDestroyInstance(state);
}

unbrotli::unbrotli(std::uint64_t max_output)
    : bound_(max_output), state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (!state_) throw std::bad_alloc();
}

error_code unbrotli::feed(std::string_view in, std::string& out) {
    if (!failed_ && !done_ && !in.empty()) failed_ = run(in, out);
    return failed_;
}

error_code unbrotli::run(std::string_view in, std::string& out) {
    std::array<std::uint8_t, expansion::block_size> block;
    const auto* next = reinterpret_cast<const std::uint8_t*>(in.data());
    std::size_t left = in.size();
    BrotliDecoderResult state = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    while (state == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        std::uint8_t* space = block.data();
        std::size_t room = block.size();
        state = BrotliDecoderDecompressStream(state_.get(), &left, &next, &room, &space, nullptr);
        if (state == BROTLI_DECODER_RESULT_ERROR) return errc::bad_encoding;
        const std::string_view made(reinterpret_cast<const char*>(block.data()),
                                    block.size() - room);
        const error_code ec = bound_.add(made, consumed_ + in.size() - left, out);
        if (ec) return ec;
    }
    consumed_ += in.size() - left;
    done_ = state == BROTLI_DECODER_RESULT_SUCCESS;
    return {};
}

error_code unbrotli::finish() const noexcept {
    if (failed_) return failed_;
    const bool cut = consumed_ > 0 && !done_;
    return cut ? error_code(errc::bad_encoding) : error_code();
}

}  // namespace oai::http
