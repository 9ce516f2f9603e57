// A WebSocket connection of a client, for any thread. The last reference to it drops the
// connection.
#pragma once

#include <memory>

#include "net/engine.hpp"
#include "ws/channel.hpp"

namespace oai::ws {

class session;

class connection {
  public:
    // Starts to connect on the shared engine.
    static std::shared_ptr<connection> open(settings how, std::unique_ptr<watcher> news);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    // The number of the message: it is out when channel().sent_count() has reached it.
    std::uint64_t send(message what);
    // The closing handshake; the first call counts. channel() tells when it is done.
    void close(close_frame with);
    // No goodbye.
    void abort() noexcept;
    // Takes the next message.
    popped pop(message& out);

    oai::ws::channel& channel() noexcept { return *channel_; }

  private:
    connection(net::engine& on, std::shared_ptr<oai::ws::channel> shared,
               std::shared_ptr<session> engine_side);
    template <class F>
    void tell_engine(F what) noexcept;

    net::engine& engine_;
    const std::shared_ptr<oai::ws::channel> channel_;
    const std::shared_ptr<session> session_;
    const unsigned generation_;
    std::mutex sending_;  // numbers and the engine's queue in the same order
    std::uint64_t sends_ = 0;
};

}  // namespace oai::ws
