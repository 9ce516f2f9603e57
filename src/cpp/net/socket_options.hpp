// Options that somebody chose for the sockets of a transport, set after ours.
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "net/stream.hpp"

namespace oai::net {

struct socket_option {
    int level = 0, name = 0;
    std::string value;  // as setsockopt takes it
};
using socket_options = std::vector<socket_option>;

// Stops at the first that the system refuses.
error_code set_options(stream_socket& on, const socket_options& chosen) noexcept;

}  // namespace oai::net
