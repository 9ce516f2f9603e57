#include "http/h1_parser.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <cctype>

namespace oai::http {
namespace {

namespace beast_http = boost::beast::http;

constexpr std::size_t shortest_chunks = std::string_view("0\r\n\r\n").size();

std::string_view view(boost::beast::string_view text) noexcept {
    return {text.data(), text.size()};
}

error_code translated(error_code ec) {
    if (!ec || h1_parser::wants_more(ec) || ec.category() == category()) return ec;
    if (ec == beast_http::error::header_limit) return errc::header_too_large;
    if (ec == beast_http::error::body_limit) return errc::body_too_large;
    if (ec == beast_http::error::partial_message) return errc::connection_closed;
    return errc::bad_response;
}

// RFC 9112 5.2: a line that continues the field above it. Beast joins it, other readers do not.
bool has_folded_line(std::string_view lines) noexcept {
    for (std::size_t end = lines.find('\n'); end != lines.npos; end = lines.find('\n', end + 1)) {
        const std::string_view next = lines.substr(end + 1);
        if (next.starts_with(' ') || next.starts_with('\t')) return true;
    }
    return false;
}

}  // namespace

h1_parser::h1_parser(response_head& head, bool bodiless, const wire_limits& limits)
    : head_(&head),
      body_limit_(limits.body),
      extension_limit_(limits.extensions),
      field_limit_(limits.fields) {
    skip(bodiless);
    header_limit(static_cast<std::uint32_t>(limits.head));
    body_limit(limits.body);
}

bool h1_parser::wants_more(error_code ec) noexcept {
    return ec == beast_http::error::need_more;
}

error_code h1_parser::put_head(std::string_view bytes, std::size_t& used) {
    error_code ec;
    used = got_some() ? 0 : put_bare_status(bytes, ec);
    if (!ec) used += put(bytes.substr(used), ec);
    if (has_folded_line(bytes.substr(0, used))) return errc::bad_response;
    if (!ec && !is_header_done()) ec = beast_http::error::need_more;
    if (ec) return translated(ec);
    eager(true);
    return {};
}

error_code h1_parser::put_body(std::string_view bytes, std::size_t& used, std::string* out) {
    used = 0;
    if (is_done()) return {};
    error_code ec;
    // Beast asserts that the rest of an empty body does not come in two pieces.
    if (chunked() && chunk_bytes_ == 0 && bytes.size() < shortest_chunks)
        return beast_http::error::need_more;
    out_ = out;
    used = put(bytes, ec);
    while (ec == beast_http::error::bad_chunk_extension) {
        used += put_padded_chunk(bytes.substr(used), ec);
        if (!ec && !is_done() && used < bytes.size()) used += put(bytes.substr(used), ec);
    }
    out_ = nullptr;
    if (!ec && !is_done()) ec = beast_http::error::need_more;
    return translated(ec);
}

std::size_t h1_parser::put(std::string_view bytes, error_code& ec) {
    return basic_parser::put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
}

// "HTTP/1.1 200" and the end of the line: servers that give no reason leave the space out, too,
// that RFC 9112 4 wants before it.
std::size_t h1_parser::put_bare_status(std::string_view bytes, error_code& ec) {
    constexpr std::size_t size = std::string_view("HTTP/1.1 200").size();
    const std::size_t end = bytes.find("\r\n");
    if (end == bytes.npos && bytes.size() < size + 2) ec = beast_http::error::need_more;
    if (end != size) return 0;
    put(std::string(bytes.substr(0, size)) + " \r\n", ec);
    if (wants_more(ec)) ec = error_code();
    return size + 2;
}

// A chunk header that may have been refused for white space at its end. Nobody can take that for
// anything else (RFC 9112 7.1 does not have it): zeros before the size take its place.
std::size_t h1_parser::put_padded_chunk(std::string_view bytes, error_code& ec) {
    const std::size_t start = bytes.starts_with("\r\n") ? 2 : 0;
    const std::size_t end = bytes.find("\r\n", start);
    const std::size_t text_end = bytes.find_last_not_of(" \t", end - 1) + 1;
    ec = errc::bad_response;
    if (end == bytes.npos || text_end == end) return 0;
    std::string line(bytes.substr(0, start));
    line.append(end - text_end, '0').append(bytes.substr(start, text_end - start));
    const std::size_t nonzero = line.find_first_not_of('0', start);
    const bool last =
        nonzero == line.npos || std::isxdigit(static_cast<unsigned char>(line[nonzero])) == 0;
    line.append(last ? bytes.substr(end) : "\r\n");
    body_limit(body_limit_ - chunk_bytes_);  // the refused header had been counted
    const std::size_t used = put(line, ec);
    if (ec == beast_http::error::bad_chunk_extension) ec = errc::bad_response;
    return used;
}

error_code h1_parser::put_end() {
    if (!got_some()) return errc::connection_closed;
    error_code ec;
    put_eof(ec);
    return translated(ec);
}

void h1_parser::on_response_impl(int code, text reason, int version, error_code& ec) {
    version_ = version;
    head_->status = code;
    head_->reason.assign(reason.data(), reason.size());
    head_->http_version = version == 11 ? "HTTP/1.1" : "HTTP/1.0";
    if (code < 100) ec = errc::bad_response;
}

void h1_parser::on_field_impl(field name, text name_text, text value, error_code& ec) {
    if (++fields_ > field_limit_) ec = errc::too_many_headers;
    if (!head_ || ec) return;
    if (name == field::transfer_encoding) {
        // RFC 9112 6.1: nothing but a single "chunked", and not from an HTTP/1.0 peer.
        if (version_ < 11 || transfer_coded_ || !iequals(view(value), "chunked"))
            ec = errc::bad_response;
        transfer_coded_ = true;
    }
    head_->add(view(name_text), view(value));
}

void h1_parser::on_header_impl(error_code& ec) {
    decoder_ = make_content_decoder(*head_, body_limit_, ec);
    head_ = nullptr;
}

std::size_t h1_parser::on_body_impl(text body, error_code& ec) {
    if (!out_) return body.size();
    if (decoder_)
        ec = decoder_->feed(view(body), *out_);
    else
        out_->append(body.data(), body.size());
    return body.size();
}

void h1_parser::on_chunk_header_impl(std::uint64_t size, text extensions, error_code& ec) {
    chunk_bytes_ += size;
    extension_bytes_ += extensions.size();
    if (extension_bytes_ > extension_limit_ + chunk_bytes_) ec = errc::chunks_too_large;
}

std::size_t h1_parser::on_chunk_body_impl(std::uint64_t, text body, error_code& ec) {
    return on_body_impl(body, ec);
}

void h1_parser::on_finish_impl(error_code& ec) {
    if (decoder_ && out_) ec = decoder_->finish();
}

}  // namespace oai::http
