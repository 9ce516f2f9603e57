// From a route to a connected stream: DNS, happy eyeballs or a unix socket, a proxy's tunnel, TLS.
// Engine thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "core/task.hpp"
#include "net/connector.hpp"
#include "net/resolver.hpp"
#include "net/route.hpp"
#include "net/stream.hpp"
#include "net/tunnel.hpp"
#include "net/unix_connector.hpp"

namespace oai::net {

// When the stages of a dial were over; the epoch: not reached, or not needed. A tunnel is a part of
// the connection.
struct dial_times {
    time_point resolved{}, connected{}, secured{};
};

class dialer {
  public:
    // `chosen` outlives this.
    explicit dialer(engine& on, const socket_options* chosen = nullptr)
        : engine_(on), connector_(on, chosen), unix_connector_(on) {}

    // Once. On failure the result is null and `why` says what happened.
    task<std::shared_ptr<stream>> dial(route way, failure& why);
    // The pending dial fails with `reason`, at whatever stage it is.
    void abort(error_code reason) noexcept;
    const dial_times& times() const noexcept { return times_; }

  private:
    task<bool> reach_host(const route& way, failure& why);
    task<bool> reach_unix(const route& way, failure& why);
    task<const resolution*> resolve(std::string host, std::uint16_t port, std::string name,
                                    failure& why);
    task<bool> pass_proxy(const route& way, failure& why);
    task<bool> dig(std::unique_ptr<tunnel> shaft, std::string name, failure& why);
    task<error_code> send(std::string bytes);
    task<bool> secure(tls_settings with, std::string host, std::string server, std::string name,
                      failure& why);
    bool fail(failure& why, errc code, std::string detail) const;

    engine& engine_;
    connector connector_;
    unix_connector unix_connector_;
    std::optional<lookup> lookup_;
    std::shared_ptr<stream> stream_;
    error_code aborted_;
    dial_times times_;
};

}  // namespace oai::net
