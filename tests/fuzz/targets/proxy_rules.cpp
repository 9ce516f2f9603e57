// Which proxy an origin goes by. First line "https host port"; then a line a rule:
// "extent scheme host port", "-" for any.
#include "net/proxy_rules.hpp"

#include <bitset>

#include "fuzz.hpp"
#include "targets.hpp"

namespace oai::fuzz {
namespace {

using extent = net::proxy_rule::extent;

std::uint16_t port_of(std::string_view text) {
    return static_cast<std::uint16_t>(number_of(text.substr(0, 5)));
}

extent extent_of(std::string_view name) {
    if (name == "same") return extent::same;
    if (name == "below") return extent::below;
    if (name == "domain") return extent::domain;
    return name == "addresses" ? extent::addresses : extent::all;
}

net::proxy_rule rule_of(std::string_view line) {
    net::proxy_rule rule;
    rule.reach = extent_of(take_word(line));
    const std::string_view scheme = take_word(line);
    if (scheme != "-") rule.scheme = scheme;
    rule.host = take_word(line);
    rule.port = port_of(line);
    error_code ec;
    const std::size_t slash = std::min(rule.host.find('/'), rule.host.size());
    rule.network = boost::asio::ip::make_address(rule.host.substr(0, slash), ec);
    if (slash < rule.host.size()) rule.prefix = number_of(rule.host.substr(slash + 1, 3)) % 200;
    auto to = std::make_shared<net::proxy>();
    to->host = "proxy.test";
    rule.to = std::move(to);
    return rule;
}

std::string bits_of(const boost::asio::ip::address& address) {
    std::string bits;
    const auto add = [&](const auto& bytes) {
        for (const unsigned char byte : bytes) bits += std::bitset<8>(byte).to_string();
    };
    if (address.is_v4())
        add(address.to_v4().to_bytes());
    else
        add(address.to_v6().to_bytes());
    return bits;
}

std::string without_dot(std::string host) {
    if (host.ends_with('.')) host.pop_back();
    return host;
}

bool reference(const net::proxy_rule& rule, bool tls, const std::string& host, unsigned port) {
    if (!rule.scheme.empty() && rule.scheme != (tls ? "https" : "http")) return false;
    if (rule.port != 0 && rule.port != port) return false;
    const std::string one = without_dot(host), other = without_dot(rule.host);
    const bool same = one == other;
    const bool below =
        one.size() > other.size() + 1 && one.substr(one.size() - other.size() - 1) == "." + other;
    if (rule.reach == extent::same) return same;
    if (rule.reach == extent::below) return below;
    if (rule.reach == extent::domain) return same || below;
    if (rule.reach == extent::all) return true;
    error_code ec;
    const auto address = boost::asio::ip::make_address(host, ec);
    if (ec || address.is_v4() != rule.network.is_v4()) return false;
    return bits_of(address).substr(0, rule.prefix) == bits_of(rule.network).substr(0, rule.prefix);
}

}  // namespace

void proxy_rules(std::string_view input) {
    if (input.size() > 4096) return;
    std::string_view origin = take_line(input);
    const bool tls = take_word(origin) == "https";
    const std::string host(take_word(origin));
    const std::uint16_t port = port_of(origin);
    net::routing routing;
    while (!input.empty()) routing.proxies.push_back(rule_of(take_line(input)));

    const net::proxy_rule* expected = nullptr;
    for (const net::proxy_rule& rule : routing.proxies) {
        const bool covers = reference(rule, tls, host, port);
        require(rule.covers(tls, host, port) == covers, "a rule covers what it says");
        if (covers && expected == nullptr) expected = &rule;
    }
    const net::tls_settings settings;
    const net::route way = routing.way_to(host, port, tls ? &settings : nullptr);
    require(way.via == (expected ? expected->to : nullptr), "the first rule decides");
    require(way.host == host && way.port == port, "the origin stays what it is");
    require(!way.forwarded || (way.via && !tls),
            "only requests in the clear are handed to a proxy");
}

}  // namespace oai::fuzz
