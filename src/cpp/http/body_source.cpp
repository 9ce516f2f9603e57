#include "http/body_source.hpp"

#include <algorithm>
#include <utility>

#include "net/engine.hpp"

namespace oai::http {

task<asio::const_buffer> body_source::next(error_code& ec) {
    while (part_ < parts_.size() && sent_ == parts_[part_].size()) {
        ++part_;
        sent_ = read_ = 0;
    }
    if (part_ == parts_.size()) co_return asio::const_buffer();
    const body_part& now = parts_[part_];
    if (!now.file) {
        sent_ = now.bytes.size();
        co_return asio::buffer(now.bytes);
    }
    if (!*coming_) read_ahead();
    co_await (*coming_)->wait();
    ec = (*coming_)->result();
    if (ec) co_return asio::const_buffer();
    std::swap(handed_, coming_);
    coming_->reset();
    const std::string_view bytes = (*handed_)->bytes();
    sent_ += bytes.size();
    if (read_ < now.file->size) read_ahead();
    co_return asio::const_buffer(bytes.data(), bytes.size());
}

void body_source::read_ahead() {
    net::file_range piece = *parts_[part_].file;
    piece.offset += read_;
    piece.size = std::min<std::uint64_t>(piece.size - read_, net::file_reader::largest_piece);
    read_ += piece.size;
    engine_.files().start(coming_->emplace(engine_), piece);
}

void body_source::cancel() noexcept {
    if (*coming_) (*coming_)->abandon();
}

}  // namespace oai::http
