// Beast's parser filling a `request` directly: no fields container, no body copy. One per message.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "mock/request.hpp"

namespace oai::mock {

class request_parser : public boost::beast::http::basic_parser<true> {
  public:
    explicit request_parser(std::size_t max_body) {
        eager(true);
        header_limit(64 * 1024);
        body_limit(max_body);
    }

    // As the parser below; but Beast asserts that the rest of an empty body does not come in two
    // pieces.
    std::size_t put(boost::asio::const_buffer bytes, boost::beast::error_code& ec) {
        constexpr std::size_t shortest_chunks = std::string_view("0\r\n\r\n").size();
        if (chunked() && !any_chunk_ && bytes.size() < shortest_chunks) {
            ec = boost::beast::http::error::need_more;
            return 0;
        }
        return basic_parser::put(bytes, ec);
    }

    request message;
    bool wants_continue = false;  // "Expect: 100-continue" and the head is complete

  private:
    using text = boost::beast::string_view;
    using error = boost::beast::error_code;
    using field = boost::beast::http::field;
    using verb = boost::beast::http::verb;

    void on_request_impl(verb, text method, text target, int, error& ec) override {
        message.method.assign(method.data(), method.size());
        message.target.assign(target.data(), target.size());
        message.headers.reserve(16);
        ec = {};
    }
    void on_response_impl(int, text, int, error&) override {}
    void on_field_impl(field name, text key, text value, error& ec) override {
        message.headers.emplace_back(std::string(key), std::string(value));
        if (name == field::expect) expects_ = true;
        ec = {};
    }
    void on_header_impl(error& ec) override {
        message.keep_alive = keep_alive();
        wants_continue = expects_;
        ec = {};
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error& ec) override {
        if (length && *length > 4096) message.body.reserve(static_cast<std::size_t>(*length));
        ec = {};
    }
    std::size_t on_body_impl(text bytes, error& ec) override {
        message.body.append(bytes.data(), bytes.size());
        ec = {};
        return bytes.size();
    }
    void on_chunk_header_impl(std::uint64_t, text, error& ec) override {
        any_chunk_ = true;
        ec = {};
    }
    std::size_t on_chunk_body_impl(std::uint64_t, text bytes, error& ec) override {
        return on_body_impl(bytes, ec);
    }
    void on_finish_impl(error& ec) override { ec = {}; }

    bool expects_ = false, any_chunk_ = false;
};

}  // namespace oai::mock
