// One exchange as a stream of a shared HTTP/2 connection. Engine thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "http/body_source.hpp"
#include "http/connection.hpp"
#include "http/content_decoder.hpp"
#include "http/h2_link.hpp"
#include "http/pool_core.hpp"

namespace oai::http {

class h2_exchange final : public leased, private h2_stream {
  public:
    h2_exchange(net::engine& on, std::shared_ptr<pool_core> from, connection& pooled,
                std::shared_ptr<h2_link> over, const acquisition_times& times, bool reused,
                const wire_limits& limits);
    ~h2_exchange() override;

    void report_to(progress& watcher) noexcept override { watcher_ = &watcher; }
    task<error_code> send(const request& message) override;
    task<error_code> read_head(response_head& head) override;
    task<error_code> read_some(std::string& out) override;
    bool try_finish() noexcept override;
    void cancel() noexcept override { abort(errc::cancelled); }
    void abort(error_code reason) noexcept override;
    bool sent_any() const noexcept override { return h2_stream::sent_any; }
    bool received_any() const noexcept override { return got_head || failed == errc::stream_reset; }
    // What crossed the peer's end is not told apart: a peer that leaves on purpose says GOAWAY.
    bool undelivered() const noexcept override { return !h2_stream::sent_all; }
    std::string_view reset_code() const noexcept override { return h2_stream::reset_code; }
    bool reused() const noexcept override { return reused_; }
    acquisition_times acquired() const noexcept override { return times_; }

  private:
    void changed() noexcept override { changed_.open(); }
    task<> next_change();
    task<error_code> send_pieces(const body_parts& parts);
    error_code take_data(std::string& out);
    error_code fatal(error_code why) noexcept;

    net::engine& engine_;
    const std::shared_ptr<pool_core> from_;
    connection& pooled_;
    const std::shared_ptr<h2_link> over_;
    const acquisition_times times_;
    const bool reused_;
    const wire_limits limits_;
    net::gate changed_;
    progress* watcher_ = nullptr;
    std::optional<body_source> tail_;  // while it is being sent
    std::unique_ptr<content_decoder> decoder_;
    std::uint64_t body_bytes_ = 0;
    bool complete_ = false;
};

}  // namespace oai::http
