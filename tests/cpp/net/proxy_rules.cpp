// Which origins a rule covers, and what follows for the way to them.
#include "net/proxy_rules.hpp"

#include <boost/core/lightweight_test.hpp>

using namespace oai::net;
using extent = proxy_rule::extent;

namespace {

const auto forward = std::make_shared<const proxy>(proxy{
    proxy::kind::http, "proxy.example", 3128, "Proxy-Authorization: secret\r\n", "", "", "", {}});

proxy_rule of(extent reach, std::string host, std::uint16_t port = 0, std::string scheme = "") {
    proxy_rule made;
    made.reach = reach;
    made.host = std::move(host);
    made.port = port;
    made.scheme = std::move(scheme);
    return made;
}

proxy_rule network(const char* address, unsigned prefix) {
    proxy_rule made = of(extent::addresses, address);
    made.network = boost::asio::ip::make_address(address);
    made.prefix = prefix;
    return made;
}

void names() {
    struct {
        extent reach;
        const char* host;
        bool covered;
    } const cases[] = {
        {extent::all, "anything", true},
        {extent::same, "example.com", true},
        {extent::same, "example.com.", true},
        {extent::same, "www.example.com", false},
        {extent::same, "example.org", false},
        {extent::below, "example.com", false},
        {extent::below, "www.example.com", true},
        {extent::below, "a.b.example.com.", true},
        {extent::below, "wwwexample.com", false},
        {extent::below, ".example.com", false},
        {extent::domain, "example.com", true},
        {extent::domain, "www.example.com", true},
        {extent::domain, "wwwexample.com", false},
        {extent::domain, "com", false},
        {extent::domain, "", false},
    };
    for (const auto& each : cases)
        if (!BOOST_TEST_EQ(of(each.reach, "example.com").covers(true, each.host, 443),
                           each.covered))
            BOOST_LIGHTWEIGHT_TEST_OSTREAM << each.host << '\n';
}

void schemes_and_ports() {
    BOOST_TEST(of(extent::all, "", 0, "https").covers(true, "a", 443));
    BOOST_TEST(!of(extent::all, "", 0, "https").covers(false, "a", 80));
    BOOST_TEST(!of(extent::all, "", 0, "http").covers(true, "a", 443));
    BOOST_TEST(of(extent::same, "a", 8080).covers(false, "a", 8080));
    BOOST_TEST(!of(extent::same, "a", 8080).covers(false, "a", 80));
    BOOST_TEST(of(extent::same, "a", 443).covers(true, "a", 443));
}

void networks() {
    BOOST_TEST(network("10.0.0.0", 8).covers(true, "10.255.1.2", 443));
    BOOST_TEST(!network("10.0.0.0", 8).covers(true, "11.0.0.1", 443));
    BOOST_TEST(network("192.168.0.0", 22).covers(true, "192.168.3.9", 443));
    BOOST_TEST(!network("192.168.0.0", 22).covers(true, "192.168.4.0", 443));
    BOOST_TEST(network("192.168.1.7", 32).covers(true, "192.168.1.7", 443));
    BOOST_TEST(!network("192.168.1.7", 32).covers(true, "192.168.1.6", 443));
    BOOST_TEST(network("0.0.0.0", 0).covers(true, "8.8.8.8", 443));
    BOOST_TEST(!network("0.0.0.0", 0).covers(true, "::1", 443));
    BOOST_TEST(!network("0.0.0.0", 0).covers(true, "example.com", 443));
    BOOST_TEST(network("fe80::", 10).covers(true, "febf::1", 443));
    BOOST_TEST(!network("fe80::", 10).covers(true, "fec0::1", 443));
    BOOST_TEST(network("::1", 128).covers(true, "0:0:0:0:0:0:0:1", 443));
}

void the_first_rule_decides() {
    routing ways;
    ways.proxies = {of(extent::domain, "internal"), of(extent::all, "")};
    ways.proxies.back().to = forward;
    const tls_settings tls;
    BOOST_TEST(!ways.way_to("api.internal", 443, &tls).via);

    const route tunnelled = ways.way_to("api.example", 443, &tls);
    BOOST_TEST(tunnelled.via == forward && !tunnelled.forwarded);
    const route plain = ways.way_to("api.example", 80, nullptr);
    BOOST_TEST(plain.via == forward && plain.forwarded);

    ways.proxies.pop_back();
    BOOST_TEST(!ways.way_to("api.example", 443, &tls).via);
}

void sockets_come_before_proxies() {
    routing ways;
    ways.proxies = {of(extent::all, "")};
    ways.proxies.back().to = forward;
    const route own = ways.way_to("localhost", 80, nullptr, "/run/api.sock");
    BOOST_TEST(!own.via && !own.forwarded);
    BOOST_TEST_EQ(own.name(), "unix socket /run/api.sock");
    ways.unix_path = "/run/all.sock";
    BOOST_TEST_EQ(ways.way_to("localhost", 80, nullptr).unix_path, "/run/all.sock");
}

void messages_name_proxies_without_secrets() {
    BOOST_TEST_EQ(forward->name(), "http://proxy.example:3128");
    proxy other;
    other.speaks = proxy::kind::socks5h;
    other.host = "::1";
    other.port = 1080;
    other.user = "somebody";
    BOOST_TEST_EQ(other.name(), "socks5h://[::1]:1080");
}

}  // namespace

int main() {
    names();
    schemes_and_ports();
    networks();
    the_first_rule_decides();
    sockets_come_before_proxies();
    messages_name_proxies_without_secrets();
    return boost::report_errors();
}
