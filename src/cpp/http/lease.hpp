// An exchange on a pooled connection, which goes back to the pool when the lease ends. Engine
// thread only.
#pragma once

#include <memory>
#include <utility>

#include "http/exchange.hpp"
#include "http/h1_connection.hpp"
#include "http/pool_core.hpp"
#include "net/ring.hpp"

namespace oai::http {

class lease final : public exchange, public net::ring {
  public:
    lease(std::shared_ptr<pool_core> from, std::unique_ptr<h1_connection> connection,
          const acquisition_times& times) noexcept
        : from_(std::move(from)), connection_(std::move(connection)), times_(times) {
        connection_->begin();
    }
    ~lease() override { from_->give_back(std::move(connection_)); }

    void report_to(progress& watcher) noexcept override { connection_->report_to(watcher); }
    task<error_code> send(const request& message) override { return connection_->send(message); }
    task<error_code> read_head(response_head& head) override {
        return connection_->read_head(head);
    }
    task<error_code> read_some(std::string& out) override { return connection_->read_some(out); }
    bool try_finish() noexcept override { return connection_->try_finish(); }
    void cancel() noexcept override { connection_->cancel(errc::cancelled); }
    bool sent_any() const noexcept override { return connection_->sent_any(); }
    bool reused() const noexcept override { return connection_->reused(); }
    bool received_any() const noexcept override { return connection_->received_any(); }
    acquisition_times acquired() const noexcept override { return times_; }
    const net::proxy* forwarder() const noexcept override { return connection_->forwarder(); }

    void abort(error_code reason) noexcept { connection_->cancel(reason); }

  private:
    std::shared_ptr<pool_core> from_;
    std::unique_ptr<h1_connection> connection_;
    const acquisition_times times_;
};

}  // namespace oai::http
