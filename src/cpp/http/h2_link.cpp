#include "http/h2_link.hpp"

#include <new>
#include <utility>

#include "http/read_buffer.hpp"
#include "net/spawn.hpp"

namespace oai::http {
namespace {

// Frames written at a time: many calls share a TLS record and a system call.
constexpr std::size_t batch = 64 * 1024;
// A peer that has said nothing to anybody for so long, when a call is given up, may be gone.
constexpr milliseconds silence(200);

}  // namespace

h2_link::h2_link(net::engine& on, std::shared_ptr<net::stream> over, const origin& to,
                 const wire_limits& limits, const h2_settings& settings)
    : engine_(on),
      settings_(settings),
      stream_(std::move(over)),
      session_(to, limits, settings.most_streams),
      wanted_(on),
      last_received_(steady::now()) {}

void h2_link::start(watcher& who) {
    wake_writer();
    const auto self = shared_from_this();
    const auto lost = [self]() noexcept { self->fail(asio::error::no_memory); };
    net::spawn(engine_, [&] { return read(self); }, lost);
    net::spawn(engine_, [&] { return write(self); }, lost);
    if (closed_) throw std::bad_alloc();
    watcher_ = &who;
}

error_code h2_link::submit(h2_stream& stream, const request& message) {
    if (closed_) return errc::not_processed;
    const error_code ec = session_.submit(stream, message);
    if (ec) return ec;
    if (!armed()) {
        last_received_ = steady::now();
        arm(engine_.wheel(), settings_.ping_after);
    }
    wake_writer();
    return ec;
}

void h2_link::resume(h2_stream& stream) noexcept {
    session_.resume(stream);
    wake_writer();
}

void h2_link::consumed(h2_stream& stream, std::size_t size) noexcept {
    session_.consumed(stream, size);
    wake_writer();
}

void h2_link::forget(h2_stream& stream) noexcept {
    if (session_.forget(stream)) given_up_on_ |= steady::now() - last_received_ >= silence;
    wake_writer();
}

task<> h2_link::read(std::shared_ptr<h2_link> self) {
    const auto buffer = std::make_unique<char[]>(read_buffer::initial);
    while (!self->closed_) {
        error_code ec;
        auto token = asio::redirect_error(asio::deferred, ec);
        const asio::mutable_buffer space(buffer.get(), read_buffer::initial);
        const std::size_t size = co_await self->stream_->async_read_some(space, token);
        if (self->closed_) co_return;
        if (ec) {
            self->fail(self->meaning_of(ec));
            co_return;
        }
        self->bytes_received += size;
        self->last_received_ = steady::now();
        if (std::exchange(self->asked_, false))
            self->arm(self->engine_.wheel(), self->settings_.ping_after);
        const error_code refused = self->session_.receive({buffer.get(), size});
        self->wake_writer();
        if (refused)
            self->fail(refused);
        else
            self->tell();
    }
}

task<> h2_link::write(std::shared_ptr<h2_link> self) {
    while (!self->closed_) {
        co_await self->wanted_.wait();
        self->wanted_.shut();
        for (;;) {
            self->out_.clear();
            const error_code dead = self->session_.produce(self->out_, batch);
            if (dead) self->fail(dead);
            if (self->out_.empty() || self->closed_) break;
            asio::const_buffer rest = asio::buffer(self->out_);
            while (rest.size() > 0 && !self->closed_) {
                error_code ec;
                auto token = asio::redirect_error(asio::deferred, ec);
                const asio::const_buffer nothing;
                const std::size_t size =
                    co_await self->stream_->async_write_some(rest, nothing, token);
                self->bytes_sent += size;
                rest += size;
                // What the peer has sent before it went away is read first.
                if (ec) co_return;
            }
            self->session_.written();
        }
    }
}

error_code h2_link::meaning_of(error_code ended) const noexcept {
    if (ended.category() == asio::error::get_ssl_category()) return ended;
    if (ended == asio::error::timed_out) return errc::peer_silent;
    const bool refused = !session_.greeted() && stream_->certificate_in_doubt();
    return refused ? errc::certificate_refused : errc::connection_closed;
}

void h2_link::fail(error_code why) noexcept {
    if (std::exchange(closed_, true)) return;
    disarm();
    stream_->close();
    session_.fail_all(why);
    wake_writer();
    tell();
}

void h2_link::close() noexcept {
    if (closed_) return;
    closed_ = true;
    disarm();
    say_goodbye();
    stream_->part();
    session_.fail_all(errc::cancelled);
    wake_writer();
}

// As far as one write takes it, and memory.
void h2_link::say_goodbye() noexcept {
    session_.say_goodbye();
    try {
        out_.clear();
        session_.produce(out_, batch);
        error_code ignored;
        stream_->write_some(asio::buffer(out_), asio::const_buffer(), ignored);
    } catch (const std::bad_alloc&) {
        return;
    }
}

void h2_link::tell() noexcept {
    if (watcher_ != nullptr) watcher_->session_changed();
}

void h2_link::expired() noexcept {
    if (!session_.busy()) return;
    const auto silent_since = last_received_ + settings_.ping_after;
    if (silent_since > steady::now()) return arm(engine_.wheel(), silent_since);
    if (asked_) return fail(errc::peer_silent);
    asked_ = true;
    session_.ping();
    wake_writer();
    arm(engine_.wheel(), settings_.ping_within);
}

}  // namespace oai::http
