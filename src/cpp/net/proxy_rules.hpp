// Which proxy an origin is reached through: what HTTP_PROXY, NO_PROXY, proxy= and the mounts of an
// HTTP client come to. Pure.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/route.hpp"

namespace oai::net {

struct proxy_rule {
    enum class extent {
        all,        // every host
        same,       // this host
        below,      // hosts of this domain
        domain,     // this host, and those below
        addresses,  // literal addresses of this network
    };

    std::string scheme;  // "http" or "https"; empty: both
    extent reach = extent::all;
    std::string host;  // lower case
    asio::ip::address network;
    unsigned prefix = 0;              // bits of it that count
    std::uint16_t port = 0;           // 0: any
    std::shared_ptr<const proxy> to;  // null: no proxy

    bool covers(bool tls, std::string_view origin_host, std::uint16_t origin_port) const;
};

// How the origins of one transport are reached.
struct routing {
    std::vector<proxy_rule> proxies;  // the first that covers an origin decides
    std::string unix_path;            // of a socket that serves every origin; empty: none
    std::optional<asio::ip::address> from;

    // `own_path`: a socket for this origin alone.
    route way_to(const std::string& host, std::uint16_t port, const tls_settings* tls,
                 const std::string& own_path = {}) const;
};

}  // namespace oai::net
