// One HTTP/1.1 connection: serves one exchange at a time, and tells whether it can serve another.
// Engine thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/task.hpp"
#include "http/body_source.hpp"
#include "http/connection.hpp"
#include "http/exchange.hpp"
#include "http/h1_parser.hpp"
#include "http/message.hpp"
#include "http/pool_policy.hpp"
#include "http/read_buffer.hpp"
#include "http/wire_limits.hpp"
#include "net/read_ahead.hpp"
#include "net/route.hpp"
#include "net/stream.hpp"

namespace oai::http {

class h1_connection final : public connection {
  public:
    h1_connection(net::engine& on, origin_id where, std::string authority,
                  std::shared_ptr<net::stream> over, const wire_limits& limits);
    ~h1_connection() override;

    std::unique_ptr<leased> lend(std::shared_ptr<pool_core> from,
                                 const acquisition_times& times) override;

    // What is at the other end is this proxy, which wants absolute targets and may answer itself.
    void forward_through(std::shared_ptr<const net::proxy> by) noexcept {
        forwarder_ = std::move(by);
    }
    const net::proxy* forwarder() const noexcept { return forwarder_.get(); }

    // Before each exchange.
    void begin() noexcept;
    // As in http::exchange.
    void report_to(progress& watcher) noexcept { watcher_ = &watcher; }
    task<error_code> send(const request& message);
    task<error_code> read_head(response_head& head);
    task<error_code> read_some(std::string& out);
    bool try_finish() noexcept;
    // Closes the connection; pending and later operations fail with `reason`.
    void cancel(error_code reason) noexcept;

    bool sent_any() const noexcept { return sent_any_; }
    bool received_any() const noexcept { return received_any_; }
    bool undelivered() const noexcept { return unsent_ > 0 || crossed_; }
    bool reused() const noexcept { return served_ > 1; }
    bool reusable() const noexcept override;
    bool fit() noexcept override { return stream_->quiet(); }
    void count(traffic& into) noexcept override;

  private:
    enum class step { more, done, failed };

    void write_head(const request& message);
    task<error_code> write_tail(const body_parts& parts);
    task<error_code> write_all(asio::const_buffer head, asio::const_buffer body);
    step head_step(response_head& head, error_code& ec);
    step body_step(std::string* out, error_code& ec);
    void moved() noexcept {
        if (watcher_ != nullptr) watcher_->moved();
    }
    error_code received(error_code ec, std::size_t size) noexcept;
    error_code ended(error_code ec);
    error_code fatal(error_code ec) noexcept;

    net::engine& engine_;
    const std::string authority_;
    const wire_limits limits_;
    std::shared_ptr<net::stream> stream_;
    std::shared_ptr<const net::proxy> forwarder_;  // null: the origin itself
    read_buffer input_;
    std::string head_text_;
    std::optional<h1_parser> parser_;
    std::shared_ptr<net::read_ahead> ahead_;             // while a large request is being written
    std::unique_ptr<body_source> tail_;                  // while it is being written
    error_code failed_;                                  // set for good
    progress* watcher_ = nullptr;                        // of this exchange
    std::uint64_t bytes_sent_ = 0, bytes_received_ = 0;  // since they were counted last
    std::uint64_t unsent_ = 0;  // of the request, and not with the system yet
    int served_ = 0;
    int interim_ = 0;        // 1xx answers so far
    bool bodiless_ = false;  // HEAD
    bool sent_any_ = false, sent_all_ = false, received_any_ = false, complete_ = false;
    bool broken_off_ = false;  // the peer answered, or went away, before it had the whole request
    bool crossed_ = false;     // the peer had ended its side before it got all of the request
};

}  // namespace oai::http
