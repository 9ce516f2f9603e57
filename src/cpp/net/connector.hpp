// Happy eyeballs (RFC 8305): attempts on all addresses of a host, staggered, families in turn; the
// first that connects wins. Engine thread only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "core/task.hpp"
#include "net/resolver.hpp"
#include "net/socket_options.hpp"
#include "net/stream.hpp"

namespace oai::net {

class engine;

// IPv6 and IPv4 in turn, starting with the family of the first; the order within a family stays.
endpoints in_turn(const endpoints& addresses);

class connector {
  public:
    // `chosen` outlives this.
    explicit connector(engine& on, const socket_options* chosen = nullptr);
    ~connector();
    connector(const connector&) = delete;

    // The connected socket in `out`, or why none of the addresses took it in `detail`. From a local
    // address only addresses of its family can be reached.
    task<error_code> connect(endpoints addresses, std::optional<stream_socket>& out,
                             std::string& detail,
                             std::optional<asio::ip::address> from = std::nullopt);
    // The pending connect fails with errc::cancelled.
    void cancel() noexcept;

    static constexpr milliseconds stagger{250};

  private:
    class race;
    engine& engine_;
    const socket_options* const chosen_;
    std::shared_ptr<race> race_;
};

}  // namespace oai::net
