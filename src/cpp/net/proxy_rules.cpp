#include "net/proxy_rules.hpp"

#include <algorithm>
#include <array>

namespace oai::net {
namespace {

// The dot that ends an absolute name makes no other host of it.
std::string_view without_dot(std::string_view host) {
    return host.substr(0, host.size() - (host.ends_with('.') ? 1 : 0));
}

bool is_below(std::string_view host, std::string_view domain) {
    return host.size() > domain.size() + 1 && host.ends_with(domain) &&
           host[host.size() - domain.size() - 1] == '.';
}

template <std::size_t Size>
bool same_bits(const std::array<unsigned char, Size>& one,
               const std::array<unsigned char, Size>& other, unsigned bits) {
    bits = std::min(bits, static_cast<unsigned>(Size * 8));
    const std::size_t whole = bits / 8;
    if (!std::equal(one.begin(), one.begin() + whole, other.begin())) return false;
    const unsigned rest = bits % 8;
    return rest == 0 || ((one[whole] ^ other[whole]) >> (8 - rest)) == 0;
}

bool is_within(std::string_view host, const asio::ip::address& network, unsigned prefix) {
    error_code no_address;
    const auto address = asio::ip::make_address(std::string(host), no_address);
    if (no_address || address.is_v4() != network.is_v4()) return false;
    if (address.is_v4())
        return same_bits(address.to_v4().to_bytes(), network.to_v4().to_bytes(), prefix);
    return same_bits(address.to_v6().to_bytes(), network.to_v6().to_bytes(), prefix);
}

}  // namespace

bool proxy_rule::covers(bool tls, std::string_view origin_host, std::uint16_t origin_port) const {
    if (!scheme.empty() && scheme != (tls ? "https" : "http")) return false;
    if (port != 0 && port != origin_port) return false;
    const std::string_view one = without_dot(origin_host), other = without_dot(host);
    switch (reach) {
        case extent::all:
            return true;
        case extent::same:
            return one == other;
        case extent::below:
            return is_below(one, other);
        case extent::domain:
            return one == other || is_below(one, other);
        case extent::addresses:
            return is_within(origin_host, network, prefix);
    }
    return false;
}

route routing::way_to(const std::string& host, std::uint16_t port, const tls_settings* tls,
                      const std::string& own_path) const {
    route way;
    way.host = host;
    way.port = port;
    way.tls = tls;
    way.unix_path = own_path.empty() ? unix_path : own_path;
    if (!way.unix_path.empty()) return way;
    way.from = from;
    for (const proxy_rule& rule : proxies) {
        if (!rule.covers(tls != nullptr, host, port)) continue;
        way.via = rule.to;
        break;
    }
    way.forwarded = way.via && !way.via->is_socks() && tls == nullptr;
    return way;
}

}  // namespace oai::net
