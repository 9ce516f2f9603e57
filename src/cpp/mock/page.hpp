// Cursor pages: `after`, `limit`, `order` of the query over a list of objects.
#pragma once

#include <string>
#include <vector>

#include "mock/router.hpp"

namespace oai::mock {

struct entry {
    std::string id;
    std::string json;
};

// `entries` in the order that the query asks for already.
reply page(const call& c, const std::vector<entry>& entries, std::size_t default_limit = 20);
// True when the query says order=desc, or says nothing and that is the default.
bool newest_first(const call& c, bool otherwise);
// Do the query's metadata[key]=value parts all hold?
bool metadata_matches(std::string_view query,
                      const std::vector<std::pair<std::string, std::string>>& metadata);

}  // namespace oai::mock
