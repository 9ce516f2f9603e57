// Characters of protocols: ASCII, whatever the locale.
#pragma once

namespace oai {

constexpr bool digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

}  // namespace oai
