// How an origin is reached. Plain data, any thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/tls.hpp"

namespace oai::net {

struct proxy {
    enum class kind { http, https, socks5, socks5h };  // socks5h: the proxy resolves names

    kind speaks = kind::http;
    std::string host;  // no brackets around IPv6
    std::uint16_t port = 0;
    // Of HTTP: lines for the proxy's eyes only.
    std::string authorization;  // Proxy-Authorization; empty: none
    std::string fields;         // others that were given
    // Of SOCKS; no user: nobody is named.
    std::string user, password;
    tls_settings tls;  // of https: to the proxy itself

    bool is_socks() const noexcept { return speaks == kind::socks5 || speaks == kind::socks5h; }
    std::string name() const;  // scheme://host:port, for messages
};

struct route {
    std::string host;
    std::uint16_t port = 0;
    const tls_settings* tls = nullptr;  // null: none; outlives the dial
    std::shared_ptr<const proxy> via;   // null: directly
    bool forwarded = false;             // the proxy is handed requests, and digs no tunnel
    std::string unix_path;              // in place of host and port, which are only names then
    std::optional<asio::ip::address> from;

    std::string name() const;  // host:port, for messages
};

std::string host_and_port(const std::string& host, std::uint16_t port);

}  // namespace oai::net
