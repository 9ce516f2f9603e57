#include "json/bytes.hpp"

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace oai::json {
namespace {

using byte = unsigned char;

constexpr std::size_t block_size = 16;

void inspect_byte(byte c, text_facts& facts) noexcept {
    facts.ascii &= c < 0x80;
    facts.escapes |= c == '\\';
    facts.controls |= c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

bool needs_escape(byte c) noexcept {
    return c < 0x20 || c == '"' || c == '\\';
}

#if defined(__SSE2__)
__m128i load(const char* from) noexcept {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

// 0xff where the byte is at most `most`, compared unsigned.
__m128i at_most(__m128i block, char most) noexcept {
    const __m128i bound = _mm_set1_epi8(most);
    return _mm_cmpeq_epi8(_mm_max_epu8(block, bound), bound);
}

__m128i equal(__m128i block, char c) noexcept {
    return _mm_cmpeq_epi8(block, _mm_set1_epi8(c));
}
#endif

// Bytes in the multi-byte sequence at `at`, or 0 if it is not valid.
std::size_t sequence_size(const byte* at, std::size_t left) noexcept {
    const byte lead = at[0];
    const std::size_t size = lead < 0xc2   ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
    if (size == 0 || size > left) return 0;
    // The second byte alone rules out overlong forms, surrogates and what is above U+10FFFF.
    const byte low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const byte high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at[1] < low || at[1] > high) return 0;
    for (std::size_t i = 2; i < size; ++i)
        if ((at[i] & 0xc0) != 0x80) return 0;
    return size;
}

}  // namespace

text_facts inspect(std::string_view text) noexcept {
    text_facts facts;
    std::size_t i = 0;
#if defined(__SSE2__)
    __m128i high = _mm_setzero_si128(), escapes = high, controls = high;
    for (; i + block_size <= text.size(); i += block_size) {
        const __m128i block = load(text.data() + i);
        const __m128i space =
            _mm_or_si128(_mm_or_si128(equal(block, '\t'), equal(block, '\n')), equal(block, '\r'));
        high = _mm_or_si128(high, block);
        escapes = _mm_or_si128(escapes, equal(block, '\\'));
        controls = _mm_or_si128(controls, _mm_andnot_si128(space, at_most(block, 0x1f)));
    }
    facts.ascii = _mm_movemask_epi8(high) == 0;
    facts.escapes = _mm_movemask_epi8(escapes) != 0;
    facts.controls = _mm_movemask_epi8(controls) != 0;
#endif
    for (; i < text.size(); ++i) inspect_byte(static_cast<byte>(text[i]), facts);
    return facts;
}

bool is_ascii(std::string_view text) noexcept {
    constexpr std::uint64_t high_bits = 0x8080808080808080;
    std::uint64_t seen = 0;
    std::size_t i = 0;
    for (; i + sizeof(seen) <= text.size(); i += sizeof(seen)) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + i, sizeof(word));
        seen |= word;
    }
    for (; i < text.size(); ++i) seen |= static_cast<byte>(text[i]);
    return (seen & high_bits) == 0;
}

bool is_utf8(std::string_view text) noexcept {
    const auto* bytes = reinterpret_cast<const byte*>(text.data());
    for (std::size_t i = 0; i < text.size();) {
        if (i + sizeof(std::uint64_t) <= text.size() &&
            is_ascii(text.substr(i, sizeof(std::uint64_t)))) {
            i += sizeof(std::uint64_t);
            continue;
        }
        if (bytes[i] < 0x80) {
            ++i;
            continue;
        }
        const std::size_t size = sequence_size(bytes + i, text.size() - i);
        if (size == 0) return false;
        i += size;
    }
    return true;
}

std::size_t clean_prefix(std::string_view text) noexcept {
    std::size_t i = 0;
#if defined(__SSE2__)
    for (; i + block_size <= text.size(); i += block_size) {
        const __m128i block = load(text.data() + i);
        const __m128i found =
            _mm_or_si128(_mm_or_si128(equal(block, '"'), equal(block, '\\')), at_most(block, 0x1f));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
        if (mask != 0) return i + static_cast<std::size_t>(__builtin_ctz(mask));
    }
#endif
    while (i < text.size() && !needs_escape(static_cast<byte>(text[i]))) ++i;
    return i;
}

}  // namespace oai::json
