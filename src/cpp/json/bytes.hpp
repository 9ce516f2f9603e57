// Looks at many bytes at once: what a text holds, and where a string needs escaping. Pure, any
// thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace oai::json {

struct text_facts {
    bool ascii = true;      // no byte above 0x7f
    bool escapes = false;   // a backslash
    bool controls = false;  // a byte below 0x20 that is not JSON white space
};

text_facts inspect(std::string_view text) noexcept;

bool is_ascii(std::string_view text) noexcept;

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

// Bytes of `text` before the first one that JSON must escape inside a string.
std::size_t clean_prefix(std::string_view text) noexcept;

}  // namespace oai::json
