// A loopback server whose every connection is played by a function on a thread of its own, with
// blocking calls: a test writes down what the peer does, in order.
#pragma once

#include <atomic>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace oai::testing {

using boost::asio::ip::tcp;

// The peer's side of one connection. Every call returns instead of throwing when the client is
// gone.
class peer {
  public:
    explicit peer(tcp::socket socket) : socket_(std::move(socket)) {}

    // Head and body (by Content-Length) of the next request; empty: the client closed.
    std::string read_request() {
        boost::system::error_code ec;
        std::size_t head =
            boost::asio::read_until(socket_, boost::asio::dynamic_buffer(got_), "\r\n\r\n", ec);
        if (ec) return {};
        const auto at = got_.find("Content-Length: ");
        if (at < head) head += std::stoul(got_.substr(at + 16));
        if (head > got_.size())
            boost::asio::read(socket_, boost::asio::dynamic_buffer(got_),
                              boost::asio::transfer_exactly(head - got_.size()), ec);
        const std::string request = got_.substr(0, head);
        got_.erase(0, head);
        return request;
    }

    bool write(std::string_view text) {
        boost::system::error_code ec;
        boost::asio::write(socket_, boost::asio::buffer(text.data(), text.size()), ec);
        return !ec;
    }

    // Waits until the client closes; true if it did so without sending anything more.
    bool await_close() {
        char byte = 0;
        boost::system::error_code ec;
        return got_.empty() && socket_.read_some(boost::asio::buffer(&byte, 1), ec) == 0;
    }

    tcp::socket& socket() { return socket_; }

  private:
    tcp::socket socket_;
    std::string got_;
};

class scripted_server {
  public:
    // `script` gets the connection and its number, from 0.
    using script = std::function<void(peer&, int)>;

    explicit scripted_server(script play)
        : acceptor_(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
          play_(std::move(play)),
          accepting_([this] { accept(); }) {}

    ~scripted_server() {
        stopping_ = true;
        boost::system::error_code ignored;
        tcp::socket poke(context_);
        poke.connect(acceptor_.local_endpoint(), ignored);
        accepting_.join();
        for (std::thread& each : playing_) each.join();
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    int connections() const { return connections_; }
    int ended() const { return ended_; }  // connections closed from this side

  private:
    void accept() {
        for (;;) {
            boost::system::error_code ec;
            tcp::socket socket(context_);
            acceptor_.accept(socket, ec);
            if (stopping_ || ec) return;
            const int number = connections_++;
            playing_.emplace_back([this, number, client = peer(std::move(socket))]() mutable {
                play_(client, number);
                boost::system::error_code ignored;
                client.socket().close(ignored);
                ++ended_;
            });
        }
    }

    boost::asio::io_context context_;
    tcp::acceptor acceptor_;
    script play_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> connections_{0}, ended_{0};
    std::vector<std::thread> playing_;
    std::thread accepting_;
};

}  // namespace oai::testing
