// The engine's way back to a loop or a waiting thread: carries a ticket, knows nothing of Python.
// Engine thread.
#pragma once

#include <memory>
#include <utility>

#include "bridge/port.hpp"
#include "python/arrival.hpp"

namespace oai::python {

class port_sink final : public api::call_sink {
  public:
    port_sink(std::shared_ptr<bridge::port> port, std::uint64_t ticket, bool tells_retries)
        : port_(std::move(port)), ticket_(ticket), tells_retries_(tells_retries) {}

    // Not told of an end: the engine stopped (or the call was cancelled, then nobody holds the
    // ticket).
    ~port_sink() override {
        if (done_) return;
        api::outcome lost;
        lost.error = failure{errc::engine_stopped, phase::queue, false, {}};
        done(std::move(lost));
    }

    void done(api::outcome&& result) noexcept override {
        done_ = true;
        auto node = std::make_unique<arrival>(ticket_);
        node->result.emplace(std::move(result));
        port_->deliver(std::move(node));
    }

    void retrying(api::next_attempt&& next) noexcept override {
        if (!tells_retries_) return;
        auto node = std::make_unique<arrival>(ticket_);
        node->retry.emplace(std::move(next));
        port_->deliver(std::move(node));
    }

    void asks() noexcept override {
        auto node = std::make_unique<arrival>(ticket_);
        node->asks = true;
        port_->deliver(std::move(node));
    }

    void readable() noexcept override { port_->deliver(std::make_unique<arrival>(ticket_)); }

  private:
    const std::shared_ptr<bridge::port> port_;
    const std::uint64_t ticket_;
    const bool tells_retries_;
    bool done_ = false;
};

}  // namespace oai::python
