// Characters of protocols: ASCII, whatever the locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace oai {

constexpr bool digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr bool letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 9110 5.6.2: methods and the names of headers.
constexpr bool is_token(std::string_view text) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    const auto fits = [marks](char c) {
        return digit(c) || letter(c) || marks.find(c) != marks.npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace oai
