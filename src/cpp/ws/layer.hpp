// net::stream as the next layer of Beast's websocket::stream. Engine thread only.
#pragma once

#include <array>
#include <boost/asio/compose.hpp>
#include <boost/beast/core/role.hpp>
#include <memory>
#include <utility>

#include "core/task.hpp"
#include "net/stream.hpp"

namespace oai::ws {

class layer {
  public:
    using executor_type = executor;

    // `leaving` runs when the connection is about to be taken down.
    class owner {
      public:
        virtual void leaving() noexcept = 0;

      protected:
        ~owner() = default;
    };

    layer(executor on, std::shared_ptr<net::stream> over, owner& of)
        : executor_(on), stream_(std::move(over)), owner_(&of) {}

    executor_type get_executor() noexcept { return executor_; }
    net::stream& stream() noexcept { return *stream_; }
    owner& of() noexcept { return *owner_; }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& into, Token&& token) {
        return stream_->async_read_some(first_of<asio::mutable_buffer, 1>(into)[0],
                                        std::forward<Token>(token));
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& from, Token&& token) {
        const auto parts = first_of<asio::const_buffer, 2>(from);
        return stream_->async_write_some(parts[0], parts[1], std::forward<Token>(token));
    }

  private:
    // The first buffers of a sequence that hold anything.
    template <class Buffer, std::size_t Count, class Buffers>
    static std::array<Buffer, Count> first_of(const Buffers& all) {
        std::array<Buffer, Count> found{};
        std::size_t taken = 0;
        const auto end = asio::buffer_sequence_end(all);
        for (auto at = asio::buffer_sequence_begin(all); at != end && taken < Count; ++at)
            if (Buffer(*at).size() > 0) found[taken++] = *at;
        return found;
    }

    executor executor_;
    std::shared_ptr<net::stream> stream_;
    owner* owner_;
};

// Says goodbye and waits for the peer's: closing with bytes unread would reset the connection, and
// the peer might lose our close frame. The owner sees to it that this ends.
class teardown_step {
  public:
    explicit teardown_step(layer& of) : layer_(&of) {}

    template <class Self>
    void operator()(Self& self) {
        layer_->of().leaving();
        layer_->stream().farewell();
        read(self);
    }

    template <class Self>
    void operator()(Self& self, error_code ec, std::size_t) {
        if (!ec) return read(self);
        layer_->stream().close();
        self.complete(error_code());
    }

  private:
    template <class Self>
    void read(Self& self) {
        const auto into = asio::buffer(*scrap_);
        layer_->stream().socket().async_read_some(into, std::move(self));
    }

    layer* layer_;
    std::unique_ptr<std::array<char, 1024>> scrap_ = std::make_unique<std::array<char, 1024>>();
};

// Found by Beast through argument-dependent lookup.
template <class Handler>
void async_teardown(boost::beast::role_type, layer& of, Handler&& handler) {
    asio::async_compose<Handler, void(error_code)>(teardown_step(of), handler, of.get_executor());
}

inline void teardown(boost::beast::role_type, layer& of, error_code& ec) {
    of.stream().part();
    ec = error_code();
}

inline void beast_close_socket(layer& of) {
    of.stream().close();
}

}  // namespace oai::ws
