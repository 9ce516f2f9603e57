// Addresses of a host.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <vector>

namespace oai::net {

namespace asio = boost::asio;

using endpoint = asio::ip::tcp::endpoint;
using endpoints = std::vector<endpoint>;

}  // namespace oai::net
