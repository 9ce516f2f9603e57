#include "net/route.hpp"

namespace oai::net {

std::string host_and_port(const std::string& host, std::uint16_t port) {
    const bool brackets = host.find(':') != host.npos;
    return (brackets ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::string proxy::name() const {
    constexpr const char* schemes[] = {"http", "https", "socks5", "socks5h"};
    return std::string(schemes[static_cast<int>(speaks)]) + "://" + host_and_port(host, port);
}

std::string route::name() const {
    return unix_path.empty() ? host + ':' + std::to_string(port) : "unix socket " + unix_path;
}

}  // namespace oai::net
