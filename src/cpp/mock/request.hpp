// One request as it came, whole. Filled by request_parser, kept by the journal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oai::mock {

bool same_name(std::string_view a, std::string_view b) noexcept;  // ASCII, any case

struct request {
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::uint64_t connection = 0;
    bool keep_alive = true;

    // Value of the first such header, empty when there is none.
    std::string_view header(std::string_view name) const noexcept;
    std::string_view path() const noexcept;  // without the query and without /v1
    std::string_view query() const noexcept;
};

std::string percent_decoded(std::string_view text);
// Value of `key` in a query string, percent-decoded; empty when absent.
std::string query_value(std::string_view query, std::string_view key);

}  // namespace oai::mock
