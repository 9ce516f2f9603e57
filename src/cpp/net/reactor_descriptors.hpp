// The descriptors that Asio's reactor opens for itself; a forked child closes them with the
// sockets.
#pragma once

#include <boost/asio/io_context.hpp>

namespace oai::net {

void remember_reactor_descriptors(boost::asio::io_context& context) noexcept;
void forget_reactor_descriptors(boost::asio::io_context& context) noexcept;

}  // namespace oai::net
