// Dates in HTTP header fields (RFC 9110 5.6.7: all three forms), read as leniently as Python's
// email.utils does, since that is what the official client reads Retry-After with. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace oai::api {

// Seconds since 1970 in UTC; nullopt: not a date.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace oai::api
