#include "mock/text.hpp"

#include <array>

namespace oai::mock {

namespace {

constexpr std::size_t longest_token = 12;

bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80 || c == '_';
}

bool continues_utf8(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::size_t token_end(std::string_view text, std::size_t at) noexcept {
    std::size_t start = at;
    if (text[at] == ' ') ++at;
    if (at == text.size() || !is_word(text[at])) return start == at ? at + 1 : at;
    while (at < text.size() && is_word(text[at]) && at - start < longest_token) ++at;
    while (at < text.size() && continues_utf8(text[at])) ++at;
    return at;
}

// At most `words` words of `text`, on one line.
std::string opening(std::string_view text, std::size_t words) {
    std::string out;
    bool gap = false;
    for (char c : text) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            gap = !out.empty();
            continue;
        }
        if (gap && --words == 0) return out + "...";
        if (gap) out += ' ';
        gap = false;
        out += c;
    }
    return out;
}

}  // namespace

std::vector<std::uint32_t> token_ends(std::string_view text) {
    std::vector<std::uint32_t> ends;
    for (std::size_t at = 0; at < text.size();) {
        at = token_end(text, at);
        ends.push_back(static_cast<std::uint32_t>(at));
    }
    return ends;
}

std::size_t count_tokens(std::string_view text) noexcept {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) at = token_end(text, at);
    return count;
}

std::uint64_t next_random(std::uint64_t& state) noexcept {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

std::uint64_t hash(std::string_view bytes, std::uint64_t seed) noexcept {
    std::uint64_t h = 0xcbf29ce484222325u ^ seed;
    for (char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return next_random(h);
}

double chance(std::uint64_t seed, std::uint64_t n) noexcept {
    std::uint64_t state = seed * 0x2545f4914f6cdd1du + n;
    next_random(state);
    return static_cast<double>(next_random(state) >> 11) * 0x1p-53;
}

std::string sentence(std::string_view prompt, std::uint64_t variant) {
    static constexpr std::array<std::string_view, 4> openings = {
        "You said: ", "I heard: ", "Your message was: ", "Here is what I got: "};
    std::string out(openings[variant % openings.size()]);
    std::string quoted = opening(prompt, 24);
    out += quoted.empty() ? "nothing" : "\"" + quoted + "\"";
    out += ". This answer comes from the local mock server.";
    return out;
}

std::string with_tokens(std::string text, std::size_t tokens) {
    static constexpr std::array<std::string_view, 8> filler = {" and",  " so",     " the", " words",
                                                               " keep", " coming", " one", " by"};
    auto ends = token_ends(text);
    if (ends.size() > tokens) text.resize(tokens == 0 ? 0 : ends[tokens - 1]);
    for (std::size_t n = ends.size(); n < tokens; ++n) text += filler[n % filler.size()];
    return text;
}

std::string hex(std::uint64_t number) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out(16, '0');
    for (std::size_t i = 16; i-- > 0; number >>= 4) out[i] = digits[number & 15];
    return out;
}

}  // namespace oai::mock
