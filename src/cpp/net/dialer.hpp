// From a host name to a connected stream: DNS, happy eyeballs, TLS. Engine thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "core/task.hpp"
#include "net/connector.hpp"
#include "net/resolver.hpp"
#include "net/stream.hpp"
#include "net/tls.hpp"

namespace oai::net {

// When the stages of a dial were over; the epoch: not reached, or not needed.
struct dial_times {
    time_point resolved{}, connected{}, secured{};
};

class dialer {
  public:
    // `chosen` outlives this.
    explicit dialer(engine& on, const socket_options* chosen = nullptr)
        : engine_(on), connector_(on, chosen), lookup_(on) {}

    // `tls` null: plain TCP. On failure the result is null and `why` says what happened.
    task<std::shared_ptr<stream>> dial(std::string host, std::uint16_t port,
                                       const tls_settings* tls, failure& why);
    // The pending dial fails with `reason`, at whatever stage it is.
    void abort(error_code reason) noexcept;
    const dial_times& times() const noexcept { return times_; }

  private:
    std::shared_ptr<stream> fail(failure& why, errc code, std::string detail) const;

    engine& engine_;
    connector connector_;
    lookup lookup_;
    std::shared_ptr<stream> stream_;
    error_code aborted_;
    dial_times times_;
};

}  // namespace oai::net
