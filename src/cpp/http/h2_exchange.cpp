#include "http/h2_exchange.hpp"

#include <utility>

namespace oai::http {

h2_exchange::h2_exchange(net::engine& on, std::shared_ptr<pool_core> from, connection& pooled,
                         std::shared_ptr<h2_link> over, const acquisition_times& times, bool reused,
                         const wire_limits& limits)
    : engine_(on),
      from_(std::move(from)),
      pooled_(pooled),
      over_(std::move(over)),
      times_(times),
      reused_(reused),
      limits_(limits),
      changed_(on) {}

h2_exchange::~h2_exchange() {
    over_->forget(*this);
    from_->give_back(pooled_);
}

task<> h2_exchange::next_change() {
    co_await changed_.wait();
    changed_.shut();
}

task<error_code> h2_exchange::send(const request& message) {
    unsent = message.body;
    more_follows = message.tail != nullptr;
    if (failed) co_return failed;
    const error_code refused = over_->submit(*this, message);
    if (refused) co_return fatal(refused);
    if (message.tail) {
        const error_code ec = co_await send_pieces(*message.tail);
        if (ec) co_return fatal(ec);
    }
    while (!sent_all && !got_head && !failed) {
        co_await next_change();
        if (watcher_ != nullptr) watcher_->moved();
    }
    if (got_head) co_return error_code();
    co_return failed;
}

task<error_code> h2_exchange::send_pieces(const body_parts& parts) {
    tail_.emplace(engine_, parts);
    error_code ec;
    while (more_follows && !got_head && !failed) {
        if (!unsent.empty()) {
            co_await next_change();
            if (watcher_ != nullptr) watcher_->moved();
            continue;
        }
        const asio::const_buffer piece = co_await tail_->next(ec);
        if (ec) break;
        unsent = {static_cast<const char*>(piece.data()), piece.size()};
        more_follows = !unsent.empty();
        over_->resume(*this);
    }
    co_return ec;
}

task<error_code> h2_exchange::read_head(response_head& into) {
    while (!got_head && !failed) co_await next_change();
    if (!got_head) co_return failed;
    into = std::move(head);
    error_code ec;
    decoder_ = make_content_decoder(into, limits_.body, ec);
    if (ec) co_return fatal(ec);
    co_return ec;
}

task<error_code> h2_exchange::read_some(std::string& out) {
    const std::size_t before = out.size();
    for (;;) {
        if (complete_) co_return errc::end_of_body;
        if (!data.empty()) {
            const error_code ec = take_data(out);
            if (ec) co_return fatal(ec);
            if (out.size() != before) co_return error_code();
        }
        if (got_all) {
            complete_ = true;
            const error_code ec = decoder_ ? decoder_->finish() : error_code();
            if (ec) co_return fatal(ec);
            co_return errc::end_of_body;
        }
        if (failed) co_return failed;
        co_await next_change();
        if (watcher_ != nullptr) watcher_->moved();
    }
}

error_code h2_exchange::take_data(std::string& out) {
    body_bytes_ += data.size();
    if (body_bytes_ > limits_.body) return errc::body_too_large;
    over_->consumed(*this, data.size());
    const error_code ec = decoder_ ? decoder_->feed(data, out) : error_code();
    if (!decoder_) out.append(data);
    data.clear();
    return ec;
}

error_code h2_exchange::fatal(error_code why) noexcept {
    if (!failed) failed = why;
    over_->forget(*this);
    return failed;
}

bool h2_exchange::try_finish() noexcept {
    if (!got_all || failed) return false;
    complete_ = true;
    return true;
}

void h2_exchange::abort(error_code reason) noexcept {
    if (tail_) tail_->cancel();
    fatal(reason);
    changed_.open();
}

}  // namespace oai::http
