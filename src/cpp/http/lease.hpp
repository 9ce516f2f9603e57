// An exchange that has an HTTP/1.1 connection to itself. Engine thread only.
#pragma once

#include <memory>
#include <utility>

#include "http/connection.hpp"
#include "http/h1_connection.hpp"
#include "http/pool_core.hpp"

namespace oai::http {

class lease final : public leased {
  public:
    lease(std::shared_ptr<pool_core> from, h1_connection& on,
          const acquisition_times& times) noexcept
        : from_(std::move(from)), connection_(on), times_(times) {}
    ~lease() override { from_->give_back(connection_); }

    void report_to(progress& watcher) noexcept override { connection_.report_to(watcher); }
    task<error_code> send(const request& message) override { return connection_.send(message); }
    task<error_code> read_head(response_head& head) override { return connection_.read_head(head); }
    task<error_code> read_some(std::string& out) override { return connection_.read_some(out); }
    bool try_finish() noexcept override { return connection_.try_finish(); }
    void cancel() noexcept override { abort(errc::cancelled); }
    bool sent_any() const noexcept override { return connection_.sent_any(); }
    bool reused() const noexcept override { return connection_.reused(); }
    bool received_any() const noexcept override { return connection_.received_any(); }
    bool undelivered() const noexcept override { return connection_.undelivered(); }
    acquisition_times acquired() const noexcept override { return times_; }
    const net::proxy* forwarder() const noexcept override { return connection_.forwarder(); }
    void abort(error_code reason) noexcept override { connection_.cancel(reason); }

  private:
    std::shared_ptr<pool_core> from_;
    h1_connection& connection_;
    const acquisition_times times_;
};

}  // namespace oai::http
