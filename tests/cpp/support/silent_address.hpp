// A loopback address that answers no connection attempt: its listener's queue is full and never
// emptied.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <vector>

namespace oai::testing {

class silent_address {
  public:
    explicit silent_address(boost::asio::ip::address on = boost::asio::ip::address_v4::loopback())
        : listener_(context_) {
        using boost::asio::ip::tcp;
        tcp::endpoint where(on, 0);
        listener_.open(where.protocol());
        listener_.bind(where);
        listener_.listen(0);
        // A queue of length 0 takes one connection; the others' packets are dropped.
        for (int i = 0; i < 3; ++i) {
            auto filler = std::make_unique<tcp::socket>(context_, where.protocol());
            // Asio's own connect() would wait, even on a non-blocking socket.
            filler->native_non_blocking(true);
            const tcp::endpoint to = listener_.local_endpoint();
            ::connect(filler->native_handle(), to.data(), static_cast<socklen_t>(to.size()));
            fillers_.push_back(std::move(filler));
        }
    }

    std::uint16_t port() const { return listener_.local_endpoint().port(); }
    boost::asio::ip::tcp::endpoint where() const { return listener_.local_endpoint(); }

  private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor listener_;
    std::vector<std::unique_ptr<boost::asio::ip::tcp::socket>> fillers_;
};

}  // namespace oai::testing
