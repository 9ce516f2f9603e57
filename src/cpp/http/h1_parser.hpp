// Beast's parser, filling our response head and body without an allocation a field, and stricter
// where leniency would let two readers disagree about where a response ends. Where it would not, it
// is as lenient as h11, the official client's parser. Pure.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "http/content_decoder.hpp"
#include "http/message.hpp"
#include "http/wire_limits.hpp"

namespace oai::http {

class h1_parser final : public boost::beast::http::basic_parser<false> {
  public:
    // `head` is filled until the head is complete.
    h1_parser(response_head& head, bool bodiless, const wire_limits& limits);

    // Takes bytes; `used` of them are consumed, the rest has to be offered again with more behind
    // it. Success: the head is complete.
    error_code put_head(std::string_view bytes, std::size_t& used);
    // Appends to `out` unless null. Success: the response is complete.
    error_code put_body(std::string_view bytes, std::size_t& used, std::string* out);
    // The connection ended. Success: that was the end of the response.
    error_code put_end();

    // What put_head and put_body answer when they want more bytes.
    static bool wants_more(error_code ec) noexcept;

  private:
    using field = boost::beast::http::field;
    using text = boost::beast::string_view;

    std::size_t put(std::string_view bytes, error_code& ec);
    std::size_t put_bare_status(std::string_view bytes, error_code& ec);
    std::size_t put_padded_chunk(std::string_view bytes, error_code& ec);

    void on_request_impl(boost::beast::http::verb, text, text, int, error_code&) override {}
    void on_response_impl(int code, text reason, int version, error_code& ec) override;
    void on_field_impl(field name, text name_text, text value, error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(text body, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t size, text extensions, error_code& ec) override;
    std::size_t on_chunk_body_impl(std::uint64_t, text body, error_code& ec) override;
    void on_finish_impl(error_code& ec) override;

    response_head* head_;  // null once complete: trailers are not kept
    std::string* out_ = nullptr;
    const std::uint64_t body_limit_, extension_limit_;
    const int field_limit_;
    std::uint64_t chunk_bytes_ = 0;  // of all chunks begun so far
    std::uint64_t extension_bytes_ = 0;
    int fields_ = 0;
    int version_ = 11;
    bool transfer_coded_ = false;
    std::unique_ptr<content_decoder> decoder_;  // null: the body is as it was sent
};

}  // namespace oai::http
