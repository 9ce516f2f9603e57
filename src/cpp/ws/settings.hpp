// What one WebSocket connection is made of, and what comes out of it. Plain data, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "net/proxy_rules.hpp"
#include "net/tls.hpp"

namespace oai::ws {

using header_list = std::vector<std::pair<std::string, std::string>>;

// When to stop reading, and when to go on, in messages that nobody has taken yet.
struct watermarks {
    std::size_t high = 16, low = 4;
};

// An offer of permessage-deflate (RFC 7692, 7.1). As it is: that of the library that the official
// client uses, when it is not told more.
struct deflate_offer {
    int server_bits = 12, client_bits = 12;               // of the windows: 9 to 15
    bool server_forgets = false, client_forgets = false;  // between messages
};

struct settings {
    std::string host;
    std::uint16_t port = 0;
    std::optional<net::tls_settings> tls;  // nullopt: none
    net::routing routing;
    std::string authority;  // the Host header
    std::string target;     // path and query
    header_list headers;    // of the handshake, beside those of RFC 6455
    std::optional<deflate_offer> deflate;
    std::optional<std::size_t> max_size;  // of a message that comes in, inflated
    std::optional<watermarks> marks = watermarks{};
    limit open_timeout = milliseconds(10'000);
    limit close_timeout = milliseconds(10'000);
    limit ping_interval = milliseconds(20'000);
    limit ping_timeout = milliseconds(20'000);
};

struct message {
    bool text = true;
    std::string data;
};

struct close_frame {
    std::uint16_t code = 0;  // 1005: none was given
    std::string reason;
};

// The server's answer to the handshake.
struct reply {
    int status = 0;
    std::string reason;
    header_list headers;
    std::string body;
};

// How a connection ended. `why` has a code if it never was open, or was lost.
struct ending {
    failure why;
    std::optional<close_frame> received, sent;
    bool received_first = false;  // the peer began the closing handshake
};

}  // namespace oai::ws
