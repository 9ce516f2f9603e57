// An instance of a JSON schema, always the same one for the same schema.
#pragma once

#include <string>

#include "mock/value.hpp"

namespace oai::mock {

// Appends a JSON text that satisfies `schema`. `hint` is used for free strings.
void write_instance(std::string& out, value schema, std::string_view hint);

// A short text that matches a regular expression of the usual kind (classes, groups, counts,
// alternatives; no look-around, no back-references).
std::string matching(std::string_view pattern);

}  // namespace oai::mock
