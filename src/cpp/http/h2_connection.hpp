// An HTTP/2 connection of the pool: many exchanges at a time. Engine thread only.
#pragma once

#include <memory>
#include <utility>

#include "http/connection.hpp"
#include "http/h2_link.hpp"
#include "http/pool_core.hpp"

namespace oai::http {

class h2_connection final : public connection, private h2_link::watcher {
  public:
    h2_connection(net::engine& on, pool_core& home, origin_id where, std::shared_ptr<h2_link> link,
                  const wire_limits& limits);
    ~h2_connection() override;

    std::unique_ptr<leased> lend(std::shared_ptr<pool_core> from,
                                 const acquisition_times& times) override;
    // One that is dead has said so by session_changed(), and a call that has just got it is resent.
    bool fit() noexcept override { return true; }
    bool reusable() const noexcept override { return link_->alive(); }
    void count(traffic& into) noexcept override;

  private:
    void session_changed() noexcept override { home_.session_changed(*this, link_->session()); }

    net::engine& engine_;
    pool_core& home_;  // owns this
    const std::shared_ptr<h2_link> link_;
    const wire_limits limits_;
    bool used_ = false;
};

}  // namespace oai::http
