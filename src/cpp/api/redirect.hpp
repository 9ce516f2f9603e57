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

// It says where to go; whether one can go there, next_hop tells.
bool leads_on(const http::response_head& head) noexcept;

// The next request after `head` answered `sent` at `from`; nullopt: not a redirect, or one that is
// not followed (credentials in the URL, a Location that is no http URL). From https to http sets
// `refused` besides.
std::optional<hop> next_hop(const http::request& sent, std::shared_ptr<const http::origin> from,
                            const http::response_head& head, bool& refused);

// A header that must not reach another origin, by its name: whatever has "auth", "token", "secret",
// "key", "password", "credential", "cookie" or "signature" in it, save Idempotency-Key.
bool is_secret(std::string_view name) noexcept;

}  // namespace oai::api
