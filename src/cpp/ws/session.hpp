// The engine's side of one connection: dials, shakes hands, reads until the end, writes what is
// queued, keeps alive. Engine thread only, but for submit().
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "core/task.hpp"
#include "net/dialer.hpp"
#include "net/engine.hpp"
#include "net/gate.hpp"
#include "ws/alarm.hpp"
#include "ws/channel.hpp"
#include "ws/layer.hpp"

namespace oai::ws {

class session final : private layer::owner {
  public:
    session(net::engine& on, settings how, std::shared_ptr<channel> to);
    ~session();

    static void submit(const std::shared_ptr<session>& made);
    void send(message what);
    void close(close_frame with);
    void resume();
    void abort() noexcept;
    void give_up() noexcept;  // memory ran out

  private:
    struct socket;  // Beast's stream, which only session.cpp knows
    class frame_sent;

    task<> run(std::shared_ptr<session> life);
    task<bool> shake_hands();
    bool refuse(error_code ec, reply answer);
    task<> read_all();
    task<error_code> read_message(message& into);
    task<> write_all(std::shared_ptr<session> life);
    void start_writing();
    void start_closing();
    void answer_close();
    void leaving() noexcept override;

    void open_expired() noexcept;
    void heartbeat() noexcept;
    void beat();
    void close_expired() noexcept;
    void release() noexcept;
    void closed(error_code ec) noexcept { they_closed_ |= !ec; }
    void answered(error_code) noexcept {}
    void pinged(error_code) noexcept { ping_out_ = false; }
    void arm(const std::unique_ptr<alarm<session>>& which, limit from_now) noexcept;
    void drop(failure why) noexcept;
    void explain_end();
    void finish() noexcept;

    net::engine& engine_;
    const settings settings_;
    const std::shared_ptr<channel> channel_;
    std::weak_ptr<session> life_;  // what run() was given: what keeps it from finish()
    std::unique_ptr<net::dialer> dialer_;
    std::unique_ptr<socket> socket_;
    std::shared_ptr<net::stream> stream_;
    std::unique_ptr<alarm<session>> opening_, pinging_, closing_, releasing_;
    std::unique_ptr<net::gate> paused_;  // while reading pauses
    std::deque<message> outgoing_;
    std::optional<close_frame> goodbye_;  // ours; none: nobody asked for it
    error_code read_end_;                 // why reading ended
    ending end_;
    bool open_ = false, writing_ = false, dropped_ = false;
    bool torn_ = false;  // a text ended within a character
    bool ping_out_ = false, awaiting_pong_ = false;
    bool goodbye_out_ = false;                   // our close frame is on its way
    bool they_closed_ = false, echoed_ = false;  // the peer's close frame came; ours repeats it
};

}  // namespace oai::ws
