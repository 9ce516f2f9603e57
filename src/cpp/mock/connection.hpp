// One client connection. Lives on its worker's thread and keeps itself alive by its operations.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

#include "core/error.hpp"
#include "core/task.hpp"
#include "mock/request_parser.hpp"
#include "mock/router.hpp"
#include "mock/script.hpp"
#include "mock/world.hpp"

namespace oai::mock {

using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using timer = asio::basic_waitable_timer<steady, asio::wait_traits<steady>, executor>;

class connection : public std::enable_shared_from_this<connection> {
  public:
    connection(tcp_socket socket, world& state, std::uint64_t id);
    ~connection();

    void start();

  private:
    enum class phase { idle, answering, draining };

    void read();
    void on_read(error_code ec, std::size_t bytes);
    void on_leave();
    void take_requests();
    bool take_one();
    bool parse(error_code& ec);
    void refuse(error_code ec);
    void respond(request asked);
    void begin_script(answer made, const head_facts& facts);
    void last_answer();
    void flush();
    void on_flushed(error_code ec);
    void next_step();
    void run_steps();
    void wait(seconds pause, void (connection::*then)());
    void stop_waiting();
    void finish_script();
    void take_more();
    void watch_idle(seconds limit);
    void drain();
    void close();
    void reset();

    tcp_socket socket_;
    timer timer_;
    unsigned waits_ = 0;  // so far; the last one counts
    world& state_;
    const std::uint64_t id_;
    phase phase_ = phase::idle;
    bool writing_ = false;
    bool waiting_ = false;  // whole requests may lie in in_ until out_ is sent
    bool closed_ = false;
    bool reading_ = false;
    bool streaming_ = false;
    std::optional<seconds> idle_after_;  // set by a fault: close this long after the answer

    std::optional<request_parser> parser_;
    std::string in_;
    std::size_t parsed_ = 0;  // bytes of in_ already consumed
    std::string out_;
    std::size_t sent_ = 0;
    std::vector<step> steps_;
    std::size_t at_ = 0;
    std::array<char, 16 * 1024> block_;
};

}  // namespace oai::mock
