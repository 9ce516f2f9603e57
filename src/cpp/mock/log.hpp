// Lines for humans on stderr, and the date of answers.
#pragma once

#include <string>
#include <string_view>

#include "mock/options.hpp"
#include "mock/request.hpp"

namespace oai::mock {

void log_line(const options& settings, std::uint64_t connection, std::string_view text);
void log_request(const options& settings, std::uint64_t connection, const request& asked,
                 int status, bool stream);

// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second and thread. Valid until the next call.
std::string_view http_date();

}  // namespace oai::mock
