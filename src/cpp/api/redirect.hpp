// Where a redirect leads and what may be sent there. Pure.
#pragma once

#include <memory>
#include <optional>

#include "http/message.hpp"

namespace oai::api {

inline constexpr int max_redirects = 20;

struct hop {
    http::request request;  // what to send next; credentials stay at their origin
    std::shared_ptr<const http::origin> to;
};

// The next request after `head` answered `sent` at `from`; nullopt: not a redirect, or one that is
// not followed (https to http, credentials in the URL, a Location that is no http URL).
std::optional<hop> next_hop(const http::request& sent, std::shared_ptr<const http::origin> from,
                            const http::response_head& head);

}  // namespace oai::api
