#include "http/unzstd.hpp"

#include <zstd.h>

#include <array>
#include <new>

namespace oai::http {
namespace {

// RFC 9659: a content coding's window is at most 8 MiB.
constexpr int largest_window_log = 23;

// A frame's first byte, a skippable one's or RFC 8878's. The library may read the formats before
// the RFC as well, differently by how they are cut, and old code is nobody's to attack.
bool begins_frame(char byte) noexcept {
    const auto value = static_cast<unsigned char>(byte);
    return value == 0x28 || (value & 0xf0) == 0x50;
}

}  // namespace

void unzstd::closer::operator()(ZSTD_DCtx_s* state) const noexcept {
    ZSTD_freeDCtx(state);
}

unzstd::unzstd(std::uint64_t max_output) : bound_(max_output), state_(ZSTD_createDCtx()) {
    if (!state_) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(state_.get(), ZSTD_d_windowLogMax, largest_window_log);
}

error_code unzstd::feed(std::string_view in, std::string& out) {
    if (!failed_ && !in.empty()) failed_ = run(in, out);
    return failed_;
}

error_code unzstd::run(std::string_view in, std::string& out) {
    std::array<char, expansion::block_size> block;
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    bool more = true;
    while (more) {
        if (!inside_frame_ && !begins_frame(in[from.pos])) return errc::bad_encoding;
        ZSTD_outBuffer to{block.data(), block.size(), 0};
        const std::size_t wanted = ZSTD_decompressStream(state_.get(), &to, &from);
        if (ZSTD_isError(wanted) != 0) return errc::bad_encoding;
        const std::string_view made(block.data(), to.pos);
        const error_code ec = bound_.add(made, consumed_ + from.pos, out);
        if (ec) return ec;
        inside_frame_ = wanted != 0;
        // A full block: more may be held back, unless that was the end of the frame.
        more = from.pos < from.size || (inside_frame_ && to.pos == to.size);
    }
    consumed_ += in.size();
    return {};
}

error_code unzstd::finish() const noexcept {
    if (failed_) return failed_;
    return inside_frame_ ? error_code(errc::bad_encoding) : error_code();
}

}  // namespace oai::http
