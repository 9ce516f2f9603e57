#include "net/socket_options.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace oai::net {

error_code set_options(stream_socket& on, const socket_options& chosen) noexcept {
    for (const socket_option& each : chosen)
        if (::setsockopt(on.native_handle(), each.level, each.name, each.value.data(),
                         static_cast<socklen_t>(each.value.size())) != 0)
            return error_code(errno, boost::system::system_category());
    return {};
}

}  // namespace oai::net
