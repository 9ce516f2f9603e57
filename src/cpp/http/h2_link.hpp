// An HTTP/2 session on a stream of bytes: reads, writes, pings. Shared by its two loops, its
// connection and its exchanges. Engine thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/task.hpp"
#include "http/h2_session.hpp"
#include "net/deadline_wheel.hpp"
#include "net/engine.hpp"
#include "net/gate.hpp"
#include "net/stream.hpp"

namespace oai::http {

struct h2_settings {
    std::size_t most_streams = 100;
    // A connection with calls on which nothing has arrived for `ping_after` is asked; if nothing
    // arrives within `ping_within` either, it is dead.
    milliseconds ping_after{30'000};
    milliseconds ping_within{15'000};
};

class h2_link final : public std::enable_shared_from_this<h2_link>, private net::deadline {
  public:
    // Told when the session takes more or fewer streams than before, or none any more.
    class watcher {
      public:
        virtual void session_changed() noexcept = 0;

      protected:
        ~watcher() = default;
    };

    h2_link(net::engine& on, std::shared_ptr<net::stream> over, const origin& to,
            const wire_limits& limits, const h2_settings& settings);
    // Begins to speak. `who` is told until forget_watcher(). Throws bad_alloc.
    void start(watcher& who);
    void forget_watcher() noexcept { watcher_ = nullptr; }

    error_code submit(h2_stream& stream, const request& message);
    void resume(h2_stream& stream) noexcept;
    void consumed(h2_stream& stream, std::size_t size) noexcept;
    void forget(h2_stream& stream) noexcept;
    // Says goodbye and closes; streams that are left fail.
    void close() noexcept;

    const h2_session& session() const noexcept { return session_; }
    // Takes further calls.
    bool alive() const noexcept { return !closed_ && !given_up_on_ && !session_.draining(); }

    std::uint64_t bytes_sent = 0, bytes_received = 0;

  private:
    static task<> read(std::shared_ptr<h2_link> self);
    static task<> write(std::shared_ptr<h2_link> self);
    void wake_writer() noexcept { wanted_.open(); }
    error_code meaning_of(error_code ended) const noexcept;
    void fail(error_code why) noexcept;
    void say_goodbye() noexcept;
    void tell() noexcept;
    void expired() noexcept override;

    net::engine& engine_;
    const h2_settings settings_;
    const std::shared_ptr<net::stream> stream_;
    h2_session session_;
    watcher* watcher_ = nullptr;
    net::gate wanted_;  // there is something to write
    std::string out_;
    time_point last_received_;
    bool asked_ = false;        // a ping is on its way
    bool given_up_on_ = false;  // a call was, while nothing at all came from the peer
    bool closed_ = false;
};

}  // namespace oai::http
