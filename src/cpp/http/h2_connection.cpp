#include "http/h2_connection.hpp"

#include "http/h2_exchange.hpp"

namespace oai::http {

h2_connection::h2_connection(net::engine& on, pool_core& home, origin_id where,
                             std::shared_ptr<h2_link> link, const wire_limits& limits)
    : connection(where), engine_(on), home_(home), link_(std::move(link)), limits_(limits) {
    link_->start(*this);
}

h2_connection::~h2_connection() {
    link_->forget_watcher();
    link_->close();
}

std::unique_ptr<leased> h2_connection::lend(std::shared_ptr<pool_core> from,
                                            const acquisition_times& times) {
    const bool reused = std::exchange(used_, true);
    return std::make_unique<h2_exchange>(engine_, std::move(from), *this, link_, times, reused,
                                         limits_);
}

void h2_connection::count(traffic& into) noexcept {
    into.bytes_sent.add(std::exchange(link_->bytes_sent, 0));
    into.bytes_received.add(std::exchange(link_->bytes_received, 0));
}

}  // namespace oai::http
