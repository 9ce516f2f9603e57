// Addresses that took no connection lately are tried last, for a while. Engine thread only.
#pragma once

#include <map>

#include "core/clock.hpp"
#include "net/endpoints.hpp"

namespace oai::net {

class address_health {
  public:
    void failed(const endpoint& where, time_point now);
    void answered(const endpoint& where) noexcept { failed_.erase(where); }
    // Those that failed go last; else the order stays.
    void order(endpoints& list, time_point now) const;

    static constexpr milliseconds remembered{60'000};
    static constexpr std::size_t most = 256;

  private:
    bool is_healthy(const endpoint& where, time_point now) const;

    std::map<endpoint, time_point> failed_;
};

}  // namespace oai::net
