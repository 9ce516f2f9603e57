#include "http/h1_connection.hpp"

#include <algorithm>
#include <utility>

#include "http/lease.hpp"

namespace oai::http {
namespace {

// TLS makes at least a record, and a system call, of each buffer: smaller bodies join the head.
constexpr std::size_t joined_body = 16 * 1024;

bool peer_went_away(error_code ec) noexcept {
    return ec == asio::error::eof || ec == asio::ssl::error::stream_truncated ||
           ec == asio::error::connection_reset || ec == asio::error::broken_pipe ||
           ec == asio::error::connection_aborted || ec == asio::error::not_connected;
}

// `name` with its colon at the start of a line: the caller's own header takes the place of ours.
bool has_line(std::string_view lines, std::string_view name) noexcept {
    for (std::size_t at = 0; at < lines.size();) {
        if (iequals(lines.substr(at, name.size()), name)) return true;
        const std::size_t end = lines.find('\n', at);
        if (end == lines.npos) return false;
        at = end + 1;
    }
    return false;
}

}  // namespace

h1_connection::h1_connection(net::engine& on, origin_id where, std::string authority,
                             std::shared_ptr<net::stream> over, const wire_limits& limits)
    : connection(where),
      engine_(on),
      authority_(std::move(authority)),
      limits_(limits),
      stream_(std::move(over)) {}

h1_connection::~h1_connection() {
    const bool between_exchanges = complete_ && sent_all_ && !failed_ && !ahead_;
    if (between_exchanges) stream_->part();
}

std::unique_ptr<leased> h1_connection::lend(std::shared_ptr<pool_core> from,
                                            const acquisition_times& times) {
    begin();
    return std::make_unique<lease>(std::move(from), *this, times);
}

void h1_connection::count(traffic& into) noexcept {
    into.bytes_sent.add(std::exchange(bytes_sent_, 0));
    into.bytes_received.add(std::exchange(bytes_received_, 0));
}

void h1_connection::begin() noexcept {
    ++served_;
    watcher_ = nullptr;
    interim_ = 0;
    sent_any_ = sent_all_ = received_any_ = complete_ = broken_off_ = crossed_ = false;
    parser_.reset();
}

void h1_connection::write_head(const request& message) {
    std::string& text = head_text_;
    const auto own = [&message](std::string_view name) {
        return has_line(message.extra.text, name) ||
               (message.fixed && has_line(message.fixed->text, name));
    };
    const bool own_host =
        (message.fixed && message.fixed->names_host) || has_line(message.extra.text, "host:");
    text.clear();
    text.append(message.method).append(1, ' ');
    if (forwarder_) text.append("http://").append(authority_);
    text.append(message.target).append(" HTTP/1.1\r\n");
    if (!own_host) text.append("Host: ").append(authority_).append("\r\n");
    if (forwarder_) text.append(forwarder_->fields);
    if (forwarder_ && !own("proxy-authorization:")) text.append(forwarder_->authorization);
    if (message.fixed) text.append(message.fixed->text);
    text.append(message.extra.text);
    if (message.carries_length())
        text.append("Content-Length: ").append(std::to_string(message.body_size())).append("\r\n");
    text.append("\r\n");
}

task<error_code> h1_connection::send(const request& message) {
    bodiless_ = message.method == "HEAD";
    write_head(message);
    unsent_ = head_text_.size() + message.body_size();
    asio::const_buffer body = asio::buffer(message.body);
    if (stream_->encrypted() && body.size() <= joined_body) {
        head_text_.append(message.body);
        body = asio::const_buffer();
    }
    error_code ec = co_await write_all(asio::buffer(head_text_), body);
    if (message.tail && !ec && !broken_off_) ec = co_await write_tail(*message.tail);
    if (ec || broken_off_) co_return ec;
    if (ahead_) ahead_->settle();
    sent_all_ = !failed_;
    co_return failed_;
}

task<error_code> h1_connection::write_tail(const body_parts& parts) {
    tail_ = std::make_unique<body_source>(engine_, parts);
    error_code ec;
    while (!broken_off_) {
        const asio::const_buffer piece = co_await tail_->next(ec);
        if (failed_) break;
        if (ec) co_return fatal(ec);
        if (piece.size() == 0) break;
        ec = co_await write_all(piece, asio::const_buffer());
        if (ec) co_return ec;
        moved();
    }
    tail_.reset();
    co_return failed_;
}

task<error_code> h1_connection::write_all(asio::const_buffer head, asio::const_buffer body) {
    while (!failed_ && head.size() + body.size() > 0) {
        error_code ec = asio::error::would_block;
        std::size_t size = 0;
        if (!stream_->encrypted()) size = stream_->write_some(head, body, ec);
        if (ec == asio::error::would_block) {
            if (sent_any_ && !ahead_) {
                ahead_ = std::make_shared<net::read_ahead>(engine_, stream_);
                ahead_->start();
            }
            if (sent_any_) moved();
            auto token = asio::redirect_error(asio::deferred, ec);
            size = co_await stream_->async_write_some(head, body, token);
        }
        if (size > 0) sent_any_ = true;
        bytes_sent_ += size;
        unsent_ -= size;
        const std::size_t of_head = std::min(size, head.size());
        head += of_head;
        body += size - of_head;
        if (!ec && !(ahead_ && ahead_->ended())) continue;
        if (failed_) break;
        // The peer answered early or stopped reading: its answer, if there is one, says more than a
        // broken pipe would.
        broken_off_ = (ahead_ && ahead_->ended()) || peer_went_away(ec);
        if (broken_off_) co_return error_code();
        co_return fatal(ec);
    }
    co_return failed_;
}

h1_connection::step h1_connection::head_step(response_head& head, error_code& ec) {
    if (!parser_) parser_.emplace(head, bodiless_, limits_);
    std::size_t used = 0;
    ec = parser_->put_head(input_.bytes(), used);
    input_.consume(used);
    if (h1_parser::wants_more(ec)) return step::more;
    if (ec) return step::failed;
    if (head.status >= 200) {
        complete_ = parser_->is_done();
        return step::done;
    }
    if (head.status == 101) ec = errc::bad_response;
    if (++interim_ > limits_.interim) ec = errc::too_many_interim;
    if (ec) return step::failed;
    head.clear();
    parser_.reset();
    return input_.empty() ? step::more : head_step(head, ec);
}

task<error_code> h1_connection::read_head(response_head& head) {
    head.clear();
    for (bool again = false;; again = true) {
        error_code ec;
        if (failed_) co_return failed_;
        const step now = input_.empty() ? step::more : head_step(head, ec);
        if (now == step::done && forwarder_ && head.status == 407)
            co_return fatal(errc::proxy_auth);
        if (now == step::done) co_return error_code();
        if (now == step::failed) co_return fatal(ec);
        if (!input_.make_room(limits_.head)) co_return fatal(errc::header_too_large);
        if (again) moved();
        std::size_t size = 0;
        if (ahead_) {
            co_await ahead_->wait();
        } else {
            auto token = asio::redirect_error(asio::deferred, ec);
            const asio::mutable_buffer space(input_.space(), input_.space_size());
            size = co_await stream_->async_read_some(space, token);
        }
        ec = received(ec, size);
        if (ec == asio::error::eof) ec = errc::connection_closed;
        if (ec) co_return fatal(ec);
    }
}

h1_connection::step h1_connection::body_step(std::string* out, error_code& ec) {
    std::size_t used = 0;
    ec = parser_->put_body(input_.bytes(), used, out);
    input_.consume(used);
    if (h1_parser::wants_more(ec)) return step::more;
    if (ec) return step::failed;
    complete_ = true;
    return step::done;
}

task<error_code> h1_connection::read_some(std::string& out) {
    const std::size_t before = out.size();
    for (bool again = false;; again = true) {
        error_code ec;
        if (failed_) co_return failed_;
        if (complete_) co_return errc::end_of_body;
        if (!input_.empty()) {
            const step now = body_step(&out, ec);
            if (now == step::done) co_return errc::end_of_body;
            if (now == step::failed) co_return fatal(ec);
            if (out.size() != before) co_return error_code();
        }
        // Only the line of a chunk, or trailers, can be left waiting for more of themselves.
        if (!input_.make_room(read_buffer::initial)) co_return fatal(errc::chunks_too_large);
        if (again) moved();
        std::size_t size = 0;
        if (ahead_) {
            co_await ahead_->wait();
        } else {
            auto token = asio::redirect_error(asio::deferred, ec);
            const asio::mutable_buffer space(input_.space(), input_.space_size());
            size = co_await stream_->async_read_some(space, token);
        }
        ec = received(ec, size);
        if (ec == asio::error::eof) co_return ended(ec);
        if (ec) co_return fatal(ec);
    }
}

// Takes in what a receive brought; a peer that went away is asio::error::eof.
error_code h1_connection::received(error_code ec, std::size_t size) noexcept {
    if (ahead_) {
        const auto ahead = std::move(ahead_);
        ahead_.reset();
        ec = ahead->result();
        size = ahead->bytes().size();
        std::copy_n(ahead->bytes().data(), size, input_.space());
    }
    input_.filled(size);
    bytes_received_ += size;
    if (size > 0) received_any_ = true;
    if (failed_) return failed_;
    return ec;
}

// The connection ended inside or after the body.
error_code h1_connection::ended(error_code) {
    const error_code ec = input_.empty() ? parser_->put_end() : error_code(errc::connection_closed);
    if (ec) return fatal(ec);
    complete_ = true;
    return errc::end_of_body;
}

error_code h1_connection::fatal(error_code ec) noexcept {
    if (failed_) return failed_;
    failed_ = ec;
    // Its end acknowledges what it had got by then. A reset does not, so it proves nothing.
    const bool ended = ec == errc::connection_closed || ec == asio::ssl::error::stream_truncated;
    crossed_ = ended && stream_->unacknowledged() > 0;
    if (peer_went_away(ec)) failed_ = errc::connection_closed;
    if (ec == asio::error::timed_out) failed_ = errc::peer_silent;
    const bool unheard = served_ == 1 && !received_any_;
    if (failed_ == errc::connection_closed && unheard && stream_->certificate_in_doubt())
        failed_ = errc::certificate_refused;
    stream_->close();
    return failed_;
}

bool h1_connection::try_finish() noexcept {
    error_code ec;
    if (failed_ || ahead_ || !parser_ || !parser_->is_header_done()) return false;
    for (int reads = 0; !complete_; ++reads) {
        if (!input_.empty() && body_step(nullptr, ec) == step::failed) fatal(ec);
        if (failed_ || complete_ || reads == 1 || !input_.make_room(read_buffer::initial)) break;
        const asio::mutable_buffer space(input_.space(), input_.space_size());
        const std::size_t size = stream_->read_some(space, ec);
        if (ec || size == 0) break;
        input_.filled(size);
        bytes_received_ += size;
    }
    return complete_;
}

void h1_connection::cancel(error_code reason) noexcept {
    if (!failed_) failed_ = reason;
    if (tail_) tail_->cancel();
    stream_->close();
}

// The exchange ended cleanly, and both sides keep the connection.
bool h1_connection::reusable() const noexcept {
    return complete_ && sent_all_ && !failed_ && !ahead_ && input_.empty() && parser_->keep_alive();
}

}  // namespace oai::http
