// Appends JSON text to a string, with the official client's separators: no spaces, non-ASCII as it
// is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oai::json {

// Escapes `text` (valid UTF-8) as a JSON string with its quotes. Same bytes as
// json.dumps(ensure_ascii=False): \" \\ \n \r \t \f \b and \u00XX for other controls.
void write_string(std::string& out, std::string_view text);
void write_integer(std::string& out, std::int64_t value);
// Shortest text that reads back equal, as Python's repr(float): 1.0, 1e-07, 1e+16. `value` is
// finite.
void write_real(std::string& out, double value);

}  // namespace oai::json
