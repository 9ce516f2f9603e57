#include "http/unzstd.hpp"

#include <zstd.h>

#include <new>

namespace oai::http {
namespace {

// RFC 9659: a content coding's window is at most 8 MiB.
constexpr int largest_window_log = 23;

// Whether this is (the start of) RFC 8878's magic number, or of a skippable frame's. The library
// may read the formats before the RFC as well: old code, and differently by how the body was cut.
bool begins_frame(std::string_view magic) noexcept {
    constexpr std::string_view frame = "\x28\xb5\x2f\xfd", skippable = "\x2a\x4d\x18";
    const bool may_be_skipped = (static_cast<unsigned char>(magic.front()) & 0xf0) == 0x50;
    return frame.starts_with(magic) || (may_be_skipped && skippable.starts_with(magic.substr(1)));
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
    error_code ec;
    while (!ec && !in.empty()) {
        if (started_ == start_.size()) {
            ec = decompress(in, out);
            continue;
        }
        // The library reads a frame that lies there whole by other rules, of window and size. Its
        // start goes alone: then there is one way, however the body was cut.
        const std::size_t size = in.copy(start_.data() + started_, start_.size() - started_);
        in.remove_prefix(size);
        started_ += size;
        std::string_view start(start_.data(), started_);
        if (!begins_frame(start.substr(0, 4))) return errc::bad_encoding;
        if (started_ == start_.size()) ec = decompress(start, out);
    }
    return ec;
}

// Up to the end of the frame.
error_code unzstd::decompress(std::string_view& in, std::string& out) {
    std::array<char, expansion::block_size> block;
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    bool more = true;
    while (more) {
        ZSTD_outBuffer to{block.data(), block.size(), 0};
        const std::size_t wanted = ZSTD_decompressStream(state_.get(), &to, &from);
        if (ZSTD_isError(wanted) != 0) return errc::bad_encoding;
        const std::string_view made(block.data(), to.pos);
        const error_code ec = bound_.add(made, consumed_ + from.pos, out);
        if (ec) return ec;
        if (wanted == 0) started_ = 0;
        // A full block: more may be held back.
        more = wanted != 0 && (from.pos < from.size || to.pos == to.size);
    }
    consumed_ += from.pos;
    in.remove_prefix(from.pos);
    return {};
}

error_code unzstd::finish() const noexcept {
    if (failed_) return failed_;
    return started_ > 0 ? error_code(errc::bad_encoding) : error_code();
}

}  // namespace oai::http
