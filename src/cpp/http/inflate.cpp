#include "http/inflate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <utility>

namespace oai::http {
namespace {

constexpr std::size_t head_size = 2;
constexpr std::string_view gzip_magic = "\x1f\x8b";

// Window bits as zlib wants them: 16 more for gzip, negative for no header at all.
constexpr int zlib_window = 15, gzip_window = 15 + 16, bare_window = -15;

// RFC 1950 2.2: method 8, a window of at most 32 KiB, and a check value that makes it divisible
// by 31.
bool is_zlib_head(std::string_view head) noexcept {
    const unsigned first = static_cast<unsigned char>(head[0]);
    const unsigned second = static_cast<unsigned char>(head[1]);
    return (first & 0x0f) == 8 && first >> 4 <= 7 && (first << 8 | second) % 31 == 0;
}

}  // namespace

void inflater::closer::operator()(z_stream_s* stream) const noexcept {
    inflateEnd(stream);
    delete stream;
}

inflater::inflater(deflate_format format, std::uint64_t max_output)
    : format_(format), bound_(max_output) {}

error_code inflater::feed(std::string_view in, std::string& out) {
    while (!in.empty() && !failed_ && stage_ != stage::done) {
        if (stage_ == stage::member) {
            failed_ = run(in, out);
            continue;
        }
        take_head(in);
        if (head_.size() < head_size) break;
        failed_ = start_member();
        if (stage_ != stage::member) continue;
        const std::string first = std::exchange(head_, std::string());
        std::string_view rest = first;
        failed_ = run(rest, out);
    }
    return failed_;
}

error_code inflater::finish() const noexcept {
    if (failed_) return failed_;
    if (stage_ == stage::member) return errc::bad_encoding;
    const bool cut = stage_ == stage::head && !any_member_ && !head_.empty();
    return cut ? error_code(errc::bad_encoding) : error_code();
}

void inflater::take_head(std::string_view& in) {
    const std::size_t taken = std::min(in.size(), head_size - head_.size());
    head_.append(in.substr(0, taken));
    in.remove_prefix(taken);
}

error_code inflater::start_member() {
    const bool gzip = format_ == deflate_format::gzip;
    if (gzip && head_ != gzip_magic) {
        if (!any_member_) return errc::bad_encoding;
        stage_ = stage::done;
        return {};
    }
    stage_ = stage::member;
    if (any_member_) return inflateReset(stream_.get()) == Z_OK ? error_code() : errc::bad_encoding;
    any_member_ = true;
    auto fresh = std::make_unique<z_stream>();
    const int window = gzip ? gzip_window : is_zlib_head(head_) ? zlib_window : bare_window;
    if (inflateInit2(fresh.get(), window) != Z_OK) throw std::bad_alloc();
    stream_.reset(fresh.release());
    return {};
}

// Takes from `in` what belongs to the current member, and no more at once than zlib can count.
error_code inflater::run(std::string_view& in, std::string& out) {
    std::array<char, expansion::block_size> block;
    z_stream& z = *stream_;
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    const auto given =
        static_cast<uInt>(std::min<std::size_t>(in.size(), std::numeric_limits<uInt>::max()));
    z.avail_in = given;
    int state = Z_OK;
    do {
        z.next_out = reinterpret_cast<Bytef*>(block.data());
        z.avail_out = static_cast<uInt>(block.size());
        state = ::inflate(&z, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
            return errc::bad_encoding;
        const std::size_t made = block.size() - z.avail_out;
        const std::uint64_t consumed = consumed_ + given - z.avail_in;
        const error_code ec = bound_.add(std::string_view(block.data(), made), consumed, out);
        if (ec) return ec;
        // A full block: zlib may hold back more, even without further input.
    } while (state == Z_OK && (z.avail_out == 0 || z.avail_in > 0));
    in.remove_prefix(given - z.avail_in);
    consumed_ += given - z.avail_in;
    if (state == Z_STREAM_END) stage_ = format_ == deflate_format::gzip ? stage::head : stage::done;
    return {};
}

}  // namespace oai::http
